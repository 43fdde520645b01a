/** The part of Express that the bench's echo uses; it is here to be measured, not to be built upon. */
declare module 'express' {
  import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'

  type Handler = (
    request: IncomingMessage & { body: unknown },
    response: ServerResponse & { json(body: unknown): void },
  ) => void
  interface Express extends RequestListener {
    use(handler: unknown): void
    post(path: string, handler: Handler): void
  }
  const express: { (): Express; json(): unknown }
  export default express
}
