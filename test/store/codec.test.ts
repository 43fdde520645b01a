import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codecOf, escapeText, unescapeText } from '../../server/store/csv/codec.ts'
import { encodeRecord, fileNameOf, journalHeader, parseJournal, seedOf } from '../../server/store/csv/journal-record.ts'
import { CsvReader, cell, line } from '../../server/store/csv/rfc4180.ts'
import { log, table } from '../../server/store/define.ts'
import { readByEngine, readByPython } from './readers.ts'

/** Text with everything that CSV readers stumble over, and every other unit of UTF-16. */
const awkward = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '"',
    '""',
    ',',
    '\n',
    '\r',
    '\r\n',
    '\0',
    '\ufeff',
    '\\',
    '\\u0000',
    '\\\\u0000',
    '\ud800',
    '\udc00',
    '🙂',
    '=1+1',
    '\u2028',
    '\x1a',
    '\\ud83d',
  ),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map(unit => String.fromCharCode(unit)), maxLength: 6 }),
)
const text = fc.array(awkward, { maxLength: 6 }).map(pieces => pieces.join(''))

const all = table({
  name: 'all',
  file: 'all.csv',
  key: 'id',
  columns: {
    id: { kind: 'text' } as { kind: 'text' },
    note: { kind: 'text' },
    count: { kind: 'int' },
    maybe: { kind: 'int', nullable: true },
    flag: { kind: 'bool' },
    at: { kind: 'time' },
    data: { kind: 'json', empty: [] },
  },
})

const row = fc.record({
  id: text,
  note: text,
  count: fc.maxSafeInteger(),
  maybe: fc.option(fc.maxSafeInteger()),
  flag: fc.boolean(),
  at: fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31') }).map(date => date.toISOString()),
  // Null in a JSON column is its empty value.
  data: fc.jsonValue().filter(value => value !== null),
})

describe('the codec', () => {
  it('gives back every row exactly', () => {
    const codec = codecOf(all)
    fc.assert(
      fc.property(row, given => {
        const bytes = Buffer.from(`${codec.encode(given)}\n`)
        const [cells] = readByEngine(bytes)
        // JSON has no -0; nothing else may differ.
        expect(codec.decode(cells!)).toEqual({ ...given, data: JSON.parse(JSON.stringify(given.data)) })
      }),
      { numRuns: 3000 },
    )
  })

  it('gives back escaped text exactly, and leaves ordinary text alone', () => {
    fc.assert(
      fc.property(text, value => {
        expect(unescapeText(escapeText(value))).toBe(value)
        expect(escapeText(value).isWellFormed()).toBe(true)
        expect(escapeText(value)).not.toContain('\0')
      }),
      { numRuns: 20_000 },
    )
    for (const plain of ['C:\\users\\path', '\\n', 'a\\\\b', '🙂', 'ünï', '\\uABCD'])
      expect(escapeText(plain)).toBe(plain)
  })

  it('escapes a long run of backslashes in time that grows with its length', () => {
    const run = `${'\\'.repeat(200_000)}x\0`
    expect(unescapeText(escapeText(run))).toBe(run)
  })

  it('writes 20,000 random rows that three readers read alike', () => {
    const codec = codecOf(all)
    const rows = fc.sample(row, { numRuns: 20_000, seed: 42 })
    const bytes = Buffer.from(line(codec.names) + rows.map(given => `${codec.encode(given)}\n`).join(''))
    const own = readByEngine(bytes)
    expect(own).toHaveLength(20_001)
    expect(parse(bytes)).toEqual(own)
    expect(readByPython(bytes)).toEqual(own)
    expect(own.slice(1).map(cells => codec.decode(cells).note)).toEqual(rows.map(given => given.note))
  })

  it.each([
    ['true', true],
    ['True', true],
    ['TRUE', true],
    ['1', true],
    ['false', false],
    ['False', false],
    ['0', false],
    ['', false],
  ])('reads %j as %j', (cell, value) => {
    expect(codecOf(all).decode(['', '', '', '', cell, '', '']).flag).toBe(value)
  })

  it.each([
    ['1767225600', '2026-01-01T00:00:00.000Z'],
    ['1767225600.5', '2026-01-01T00:00:00.500Z'],
    ['2026-01-01 00:00:00', '2026-01-01T00:00:00.000Z'],
    ['2026-01-01T00:00:00.123456', '2026-01-01T00:00:00.123Z'],
    ['2026-01-01T01:00:00+01:00', '2026-01-01T00:00:00.000Z'],
    ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z'],
    ['', ''],
  ])('reads the time %j as %j', (cell, value) => {
    expect(codecOf(all).decode(['', '', '', '', '', cell, '']).at).toBe(value)
  })

  it.each([
    [2, '1.5', 'count is not a whole number'],
    [2, '1e99', 'count is not a whole number'],
    [2, '99999999999999999999', 'count is not a whole number'],
    [4, 'maybe', 'flag is neither true nor false'],
    [5, 'yesterday', 'at is not a time'],
    [6, '{', 'data is not JSON'],
  ])('refuses column %i holding %j', (at, cell, message) => {
    const cells = ['', '', '', '', '', '', '']
    cells[at] = cell
    expect(() => codecOf(all).decode(cells)).toThrow(message)
  })

  const texts = fc.string({ unit: fc.constantFrom('"', 'a', 'ö', '語', '😀', ',', '\n'), maxLength: 600 })

  it('doubles the quotes of long cells as it does those of short ones', () => {
    fc.assert(
      fc.property(texts, text => {
        const doubled = text.split('"').join('""')
        expect(cell(text)).toBe(/[",\n]/.test(text) ? `"${doubled}"` : text)
      }),
    )
    expect(cell('"'.repeat(250_000))).toBe('"'.repeat(500_002))
  })

  it('gives back what a journal record holds, whatever it is made of', () => {
    const name = fileNameOf(1, 1)
    const givenBack = (changes: string[]) => {
      const records = changes.map((text, i) => encodeRecord(seedOf(name), i + 1, i, text))
      return parseJournal(name, Buffer.concat([Buffer.from(journalHeader), ...records]), 0).records
    }
    const big = [`${'"'.repeat(150_000)}\n`, `${'語'.repeat(120_000)}\n`]
    expect(givenBack(big).map(record => record.changes)).toEqual(big)
    fc.assert(
      fc.property(fc.array(texts, { maxLength: 5 }), lines => {
        const changes = lines.map(text => `${text}\n`)
        expect(givenBack(changes).map(record => record.changes)).toEqual(changes)
      }),
    )
  })

  it('refuses to write what a column cannot hold', () => {
    const entry = log({ name: 'l', file: 'l.csv', time: 'at', columns: { at: { kind: 'time' }, n: { kind: 'int' } } })
    for (const n of [1.5, Number.NaN, '5', true, 2 ** 60])
      expect(() => codecOf(entry).encode({ at: '', n })).toThrow('cannot hold')
  })
})

describe('the strict reader', () => {
  it.each([
    ['a,b\n', [['a', 'b']], ''],
    [
      'a,b\r\nc,d\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
      '',
    ],
    ['"a\r\nb","""c"""\r\n', [['a\r\nb', '"c"']], ''],
    ['a,b', [], 'torn'],
    ['a,"b', [], 'torn'],
    ['a\nb"c\n', [['a']], 'quote'],
    ['a\n"b"c\n', [['a']], 'quote'],
    ['\n', [['']], ''],
    ['', [], ''],
  ])('reads %j', (input, rows, damage) => {
    const reader = new CsvReader(Buffer.from(input))
    const found: string[][] = []
    while (reader.next()) found.push(reader.cells)
    expect([found, reader.damage]).toEqual([rows, damage])
  })
})
