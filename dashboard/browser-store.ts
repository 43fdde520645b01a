/**
 * What this browser keeps between visits (localStorage). It may be full, blocked or cleared at any time, so a failed
 * write is not an error: the page goes on with what is in memory.
 */

/** The value under `key`, or undefined when there is none or it cannot be read. */
export function recall<T>(key: string, decode: (raw: string) => T = JSON.parse): T | undefined {
  try {
    const raw = localStorage.getItem(key)
    return raw === null ? undefined : decode(raw)
  } catch {
    return undefined
  }
}

export function remember<T>(key: string, value: T, encode: (value: T) => string = JSON.stringify): void {
  try {
    localStorage.setItem(key, encode(value))
  } catch {
    // Kept in memory only.
  }
}

export function forget(key: string): void {
  try {
    localStorage.removeItem(key)
  } catch {
    // Nothing was kept.
  }
}
