/**
 * A stand-in for an embedding model, and no more than that: it knows no meaning. A text becomes the hashed counts of its
 * character trigrams to pentagrams (feature hashing, Weinberger et al. 2009), so texts are near each other when they are spelt
 * alike. It shows that fusion works and what it costs; what a real model would add it cannot show.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export const standInName = 'stand-in: hashed character n-grams'
const dimensions = 512

export function standIn(text: string): number[] {
  const vector = new Float64Array(dimensions)
  for (const word of text
    .toLowerCase()
    .normalize('NFKC')
    .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []) {
    const letters = [...` ${word} `]
    for (let n = 3; n <= 5; n++) {
      for (let i = 0; i + n <= letters.length; i++) {
        const hash = fnv1a(letters.slice(i, i + n).join(''))
        vector[hash % dimensions]! += hash & 0x40000000 ? 1 : -1
      }
    }
  }
  const damped = Array.from(vector, x => Math.sign(x) * Math.sqrt(Math.abs(x)))
  const length = Math.hypot(...damped)
  // A text without a letter has no place; the protocol wants one.
  return length === 0 ? [1, ...new Array<number>(dimensions - 1).fill(0)] : damped.map(x => x / length)
}

/** http://www.isthe.com/chongo/tech/comp/fnv/ */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

/** Serves it at POST /v1/embeddings on loopback, as a real server would. */
export async function startStandIn(port = 0): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => {
      const { input } = JSON.parse(Buffer.concat(chunks).toString()) as { input: string[] }
      const data = input.map((text, index) => ({ object: 'embedding', index, embedding: standIn(text) }))
      const tokens = input.reduce((sum, text) => sum + Math.ceil(text.length / 4), 0)
      response.setHeader('Content-Type', 'application/json')
      response.end(JSON.stringify({ object: 'list', model: standInName, data, usage: { prompt_tokens: tokens } }))
    })
  })
  await new Promise<void>(done => server.listen(port, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    close() {
      server.closeAllConnections()
      return new Promise(done => server.close(() => done()))
    },
  }
}
