import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readEvents } from '../../dashboard/event-stream.ts'

function streamOf(bytes: Uint8Array, cuts: number[]): ReadableStream<Uint8Array> {
  const places = [...new Set(cuts.map(cut => cut % (bytes.length + 1)))].sort((a, b) => a - b)
  return new ReadableStream({
    start(controller) {
      let from = 0
      for (const to of [...places, bytes.length]) {
        controller.enqueue(bytes.slice(from, to))
        from = to
      }
      controller.close()
    },
  })
}

async function read(text: string, cuts: number[] = []): Promise<[string, unknown][]> {
  const events: [string, unknown][] = []
  await readEvents(streamOf(new TextEncoder().encode(text), cuts), (name, data) => events.push([name, data]))
  return events
}

test('events come out whole, wherever the network cuts them', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.constantFrom('start', 'delta', 'done'), fc.json()), { maxLength: 8 }),
      fc.constantFrom('\n', '\r\n', '\r'),
      fc.array(fc.nat(2_000), { maxLength: 12 }),
      async (events, lineEnd, cuts) => {
        const text = events.map(([name, json]) => `event: ${name}${lineEnd}data: ${json}${lineEnd}${lineEnd}`).join('')
        expect(await read(text, cuts)).toEqual(events.map(([name, json]) => [name, JSON.parse(json)]))
      },
    ),
    { numRuns: 300 },
  )
})

test('comments, unknown fields and an unfinished last event are passed over', async () => {
  expect(await read(': hello\n\nid: 1\nevent: delta\ndata: {"text":\ndata: "é"}\n\nevent: done\ndata: {')).toEqual([
    ['delta', { text: 'é' }],
  ])
})
