/**
 * Server-sent events, written by hand: the framework's helper costs several times as much
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 */
import type { ChatEvents } from './wire.ts'

export interface EventSink {
  /** Does nothing once the stream has ended or its reader has gone. */
  send<E extends keyof ChatEvents>(event: E, data: ChatEvents[E]): void
  end(): void
}

const encoder = new TextEncoder()

/** A response body and the sink that fills it. `onCancel`: the reader went away. */
export function eventStream(onCancel: () => void): { body: ReadableStream<Uint8Array>; sink: EventSink } {
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
  const sink: EventSink = {
    // JSON has no raw line breaks, so one data line holds the whole of it.
    send: (event, data) => controller?.enqueue(encoder.encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)),
    end() {
      controller?.close()
      controller = undefined
    },
  }
  return { body, sink }
}
