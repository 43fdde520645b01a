import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { eventReader, type ServerEvent } from '../../widget/sse.ts'

/** What comes of a stream that arrives in pieces cut at `cuts`. */
function read(stream: string, cuts: number[] = []): ServerEvent[] {
  const events: ServerEvent[] = []
  const reader = eventReader(event => events.push(event))
  const places = [...cuts.map(cut => cut % (stream.length + 1)), 0, stream.length].sort((a, b) => a - b)
  for (let i = 1; i < places.length; i++) reader(stream.slice(places[i - 1], places[i]))
  return events
}

describe('an event stream', () => {
  it('is read as events with their data', () => {
    expect(read('event: delta\ndata: {"text":"a"}\n\nevent: done\ndata: {}\n\n')).toEqual([
      { event: 'delta', data: '{"text":"a"}' },
      { event: 'done', data: '{}' },
    ])
  })

  it('may be cut anywhere, under any line ending', () => {
    const word = fc.stringMatching(/^[^\r\n]{0,12}$/)
    const name = fc.stringMatching(/^[a-z]{1,8}$/)
    const ending = fc.constantFrom('\n', '\r\n')
    fc.assert(
      fc.property(
        fc.array(fc.tuple(name, fc.array(word, { minLength: 1, maxLength: 3 }), ending)),
        fc.array(fc.nat()),
        (all, cuts) => {
          const stream = all
            .map(([event, data, end]) => [`event: ${event}`, ...data.map(line => `data: ${line}`), '', ''].join(end))
            .join('')
          expect(read(stream, cuts)).toEqual(all.map(([event, data]) => ({ event, data: data.join('\n') })))
        },
      ),
    )
  })

  it('may have comments, other fields, and events without data, which are nothing', () => {
    expect(read(': keep-alive\n\nid: 7\nretry: 10\nevent: ping\n\ndata: x\n\n')).toEqual([
      { event: 'message', data: 'x' },
    ])
  })

  it('drops an event that its connection did not complete', () => {
    expect(read('data: whole\n\ndata: half\n')).toEqual([{ event: 'message', data: 'whole' }])
  })

  it('loses one space after the colon, and no more', () => {
    expect(read('data:  a: b \n\n')).toEqual([{ event: 'message', data: ' a: b ' }])
  })
})
