/**
 * Server-sent events, written by hand: the framework's helper costs several times as much
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 */

/** `Events`: the data of each event, by name. */
export interface EventSink<Events> {
  /** Does nothing once the stream has ended or its reader has gone. */
  send<E extends keyof Events & string>(event: E, data: Events[E]): void
  /** A line that readers skip: it keeps proxies from closing a quiet stream. */
  beat(): void
  end(): void
}

const encoder = new TextEncoder()

/** A response body and the sink that fills it. `onCancel`: the reader went away. */
export function eventStream<Events>(onCancel: () => void): {
  body: ReadableStream<Uint8Array>
  sink: EventSink<Events>
} {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined
  const body = new ReadableStream<Uint8Array>({
    start(c) {
      controller = c
    },
    cancel() {
      controller = undefined
      onCancel()
    },
  })
  const write = (text: string) => controller?.enqueue(encoder.encode(text))
  return {
    body,
    sink: {
      // JSON has no raw line breaks, so one data line holds the whole of it.
      send: (event, data) => write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`),
      beat: () => write(':\n\n'),
      end() {
        controller?.close()
        controller = undefined
      },
    },
  }
}
