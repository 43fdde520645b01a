/** The thread in which pages of strangers are read, so that one that takes for ever can be ended. Built as a file of its own. */
import { readlinkSync } from 'node:fs'
import { setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'
import { decodeHtml, type Page, readPage } from '../intake/html.ts'

export interface Task {
  id: number
  bytes: Uint8Array
  contentType: string
  url: string
}

export type Result = { id: number; page: Page } | { id: number; error: string }

stepBack()

/** Visitors' chats go first: on Linux a thread may have a lower priority than its process. Elsewhere it has the same. */
function stepBack(): void {
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1))
    if (thread !== process.pid) setPriority(thread, 15)
  } catch {
    // No such thing here.
  }
}

parentPort?.on('message', ({ id, bytes, contentType, url }: Task) => {
  try {
    const { text } = decodeHtml(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), contentType)
    parentPort!.postMessage({ id, page: readPage(text, url) } satisfies Result)
  } catch (error) {
    parentPort!.postMessage({ id, error: String(error) } satisfies Result)
  }
})
