/** Long work gives way to requests: call the returned function after each piece; now and then it lets others run. */
export function breather(sliceMs = 8): () => Promise<void> {
  let end = performance.now() + sliceMs
  return async () => {
    if (performance.now() < end) return
    await new Promise(resolve => setImmediate(resolve))
    end = performance.now() + sliceMs
  }
}
