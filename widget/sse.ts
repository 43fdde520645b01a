/** One event of a stream, its data not yet parsed. */
export interface ServerEvent {
  event: string
  data: string
}

/**
 * Reads `text/event-stream` (WHATWG HTML, 9.2.6) from pieces of text cut anywhere, even between CR and LF.
 * Comments, `id` and `retry` are skipped: a chat reply is never resumed.
 *
 * @returns takes the next piece; each event that it completes is handed to `emit`
 */
export function eventReader(emit: (event: ServerEvent) => void): (piece: string) => void {
  let rest = ''
  let event = ''
  let data: string[] = []

  const readLine = (line: string) => {
    if (line === '') {
      if (data.length) emit({ event: event || 'message', data: data.join('\n') })
      event = ''
      data = []
      return
    }
    const [, field, value] = /^([^:]*):? ?(.*)$/s.exec(line)!
    if (field === 'event') event = value!
    if (field === 'data') data.push(value!)
  }

  return piece => {
    // A CR at the end may be half of a CRLF, so it stays until more is known.
    const lines = (rest + piece).split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop()!
    lines.forEach(readLine)
  }
}
