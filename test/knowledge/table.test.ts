/** What the rows of a sheet are called, wherever the column of names stands. */
import { describe, expect, it } from 'vitest'
import { readTable } from '../../server/knowledge/intake/file/table.ts'

const titles = (rows: string[][], name?: string) =>
  readTable({ rows, place: i => `row ${i + 1}`, ...(name && { name }) }, undefined).entries.map(entry => entry.title)

describe('a row is called', () => {
  it('by its name, not by the article number or group before it', () => {
    expect(
      titles(
        [
          ['ürün kodu', 'kategori', 'ürün adı', 'fiyat'],
          ['MB-101', 'Koltuk', 'Kuzey Köşe Koltuk', '32.900 TL'],
          ['MB-102', 'Koltuk', 'Liman Berjer', '7.990 TL'],
          ['MB-201', 'Masa', 'Ada Yemek Masası', '14.250 TL'],
          ['MB-202', 'Masa', 'Fener Sehpa', '3.890 TL'],
        ],
        'Fiyatlar',
      ),
    ).toEqual(
      ['Kuzey Köşe Koltuk', 'Liman Berjer', 'Ada Yemek Masası', 'Fener Sehpa'].map(name => `Fiyatlar › ${name}`),
    )
  })

  it('by its first column with words where there is nothing else, or where its name is missing', () => {
    expect(
      titles([
        ['code', 'price'],
        ['A-1', '3 €'],
        ['A-2', '4 €'],
      ]),
    ).toEqual(['A-1', 'A-2'])
    expect(
      titles([
        ['code', 'name', 'price'],
        ['A-1', 'Round table', '3 €'],
        ['A-2', '', '4 €'],
        ['A-3', 'Tall lamp', '4 €'],
      ]),
    ).toEqual(['Round table', 'A-2', 'Tall lamp'])
  })
})
