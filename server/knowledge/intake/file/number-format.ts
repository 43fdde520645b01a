/** A cell's number as its sheet shows it: dates as ISO 8601, percentages, money with its sign (ECMA-376, 18.8.30–31). */

/** Number formats that are not spelled out in the file. */
const builtIn: Record<number, string> = {
  1: '0',
  2: '0.00',
  3: '#,##0',
  4: '#,##0.00',
  9: '0%',
  10: '0.00%',
  14: 'yyyy-mm-dd',
  15: 'd-mmm-yy',
  16: 'd-mmm',
  17: 'mmm-yy',
  18: 'h:mm AM/PM',
  19: 'h:mm:ss AM/PM',
  20: 'h:mm',
  21: 'h:mm:ss',
  22: 'yyyy-mm-dd h:mm',
  37: '#,##0',
  38: '#,##0',
  39: '#,##0.00',
  40: '#,##0.00',
  45: 'mm:ss',
  46: '[h]:mm:ss',
  47: 'mm:ss',
}

export const formatCode = (id: number, custom: ReadonlyMap<number, string>) =>
  custom.get(id) ?? builtIn[id] ?? 'General'

const dayMs = 86_400_000

/** @param shifted days are counted from 1904, as old Macs did */
export function showNumber(value: number, code: string, shifted: boolean): string {
  const positive = code.split(';')[0]!
  const bare = positive.replace(/"[^"]*"|\\.|_.|\*./g, '').replace(/\[(?!h|m|s)[^\]]*\]/gi, '')
  if (bare !== 'General' && /[ymdhs]/i.test(bare.replace(/AM\/PM|A\/P/gi, ''))) return showTime(value, bare, shifted)
  if (/general|@/i.test(bare) || bare === '') return plain(value)
  const decimals = /\.(0+)/.exec(bare)?.[1]?.length ?? (/[0#]/.test(bare) && !bare.includes('.') ? 0 : 2)
  if (bare.includes('%')) return `${(value * 100).toFixed(decimals)}%`
  if (/e[+-]/i.test(bare)) return plain(value)
  const number = inWords(value, Math.min(decimals, 10), positive)
  const money = moneyOf(positive)
  return money ? (money.first ? `${money.sign}${number}` : `${number} ${money.sign}`) : number
}

/** Decimal marks of formats that name their country, by Windows language id. */
const comma = new Set([
  '407',
  '807',
  'C07',
  '40C',
  '80C',
  '410',
  '40A',
  'C0A',
  '413',
  '813',
  '414',
  '406',
  '40B',
  '41D',
  '415',
  '405',
  '416',
  '816',
  '419',
  '41F',
  '422',
  '408',
  '40E',
  '418',
  '402',
])

function inWords(value: number, decimals: number, code: string): string {
  const fixed = value.toFixed(decimals)
  const country = /\[\$[^\]-]*-0*([0-9A-Fa-f]+)\]/.exec(code)?.[1]?.toUpperCase()
  return country && comma.has(country) ? fixed.replace('.', ',') : fixed
}

/** As written, without the errors of binary fractions. */
const plain = (value: number) => String(Number(value.toPrecision(15)))

function moneyOf(code: string): { sign: string; first: boolean } | undefined {
  const found = /\[\$([^\]-]+)(?:-[^\]]*)?\]|"\s*([^"\d]{1,6}?)\s*"|([$€£¥₹₩₽₺])/.exec(code)
  const sign = (found?.[1] ?? found?.[2] ?? found?.[3])?.trim()
  if (!found || !sign) return undefined
  const digits = code.search(/[0#]/)
  return { sign, first: found.index < digits }
}

function showTime(value: number, code: string, shifted: boolean): string {
  const hasDate = /[yd]/i.test(code) || /mmm/i.test(code)
  const hasTime = /[hs]/i.test(code)
  // Times of day lie between 0 and 1; the calendar begins at the last day of 1899, and has a 29 February 1900 that never was.
  const days = value + (shifted ? 1462 : 0) + (!shifted && value < 60 && value >= 1 ? 1 : 0)
  const at = new Date(Math.round((days - 25_569) * dayMs))
  if (Number.isNaN(at.getTime()) || Math.abs(value) > 3_000_000) return plain(value)
  const iso = at.toISOString()
  if (!hasDate) {
    const hours = Math.floor(value * 24 + 1e-9)
    return /\[h/i.test(code) ? `${hours}${iso.slice(13, 16)}` : iso.slice(11, /s/i.test(code) ? 19 : 16)
  }
  return hasTime && value % 1 !== 0 ? iso.slice(0, 16).replace('T', ' ') : iso.slice(0, 10)
}
