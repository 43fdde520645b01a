/**
 * Reads a `text/event-stream` body (WHATWG HTML, "server-sent events") as far as Parley's own server writes it: `event`
 * and `data` fields, JSON data, any of the three line ends. EventSource itself cannot be used: it only sends GET.
 */
export async function readEvents(
  body: ReadableStream<Uint8Array>,
  onEvent: (name: string, data: unknown) => void,
): Promise<void> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  try {
    while (true) {
      const { done, value } = await reader.read()
      rest += done ? decoder.decode() : decoder.decode(value, { stream: true })
      // A CR at the very end may be the first half of CRLF: leave it for the next chunk.
      const usable = !done && rest.endsWith('\r') ? rest.slice(0, -1) : rest
      const blocks = usable.split(/\r\n\r\n|\n\n|\r\r/)
      rest = blocks.pop()! + rest.slice(usable.length)
      for (const block of blocks) emit(block, onEvent)
      if (done) return
    }
  } finally {
    reader.cancel().catch(() => {})
  }
}

function emit(block: string, onEvent: (name: string, data: unknown) => void): void {
  let name = 'message'
  const data: string[] = []
  for (const line of block.split(/\r\n|\n|\r/)) {
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'event') name = value
    else if (field === 'data') data.push(value)
  }
  if (data.length) onEvent(name, JSON.parse(data.join('\n')))
}
