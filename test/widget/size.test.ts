import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { buildWidget, version } from './stub-server.ts'

/** Bytes that a server may send before the first acknowledgement comes back: ten segments (RFC 6928). */
const firstWindow = 14_600

let built: Awaited<ReturnType<typeof buildWidget>>
beforeAll(async () => {
  built = await buildWidget()
})
afterAll(() => built.remove())

const brotli = (path: string) => brotliCompressSync(readFileSync(join(built.folder, path))).length

it('what loads with the page is at most 0.07 of the first congestion window', () => {
  expect(brotli('widget.js')).toBeLessThanOrEqual(0.07 * firstWindow)
})

it('all that is loaded once the chat is opened, in the largest language, is at most 0.80 of it', () => {
  const folder = `v${version}`
  const languages = readdirSync(join(built.folder, folder, 'text')).map(file => brotli(`${folder}/text/${file}`))
  const others = readdirSync(join(built.folder, folder))
    // The loader is there once more, for pages that check its integrity.
    .filter(file => file.endsWith('.js') && file !== 'widget.js')
    .map(file => brotli(`${folder}/${file}`))
  expect([languages.length, others.length]).toEqual([14, 2])
  const opened = Math.max(...languages) + others.reduce((sum, size) => sum + size, brotli('widget.js'))
  expect(opened).toBeLessThanOrEqual(0.8 * firstWindow)
})
