/** What a page says of itself for machines (JSON-LD and microdata of schema.org): questions with answers, contact and hours. */
import { attribute, childrenOf, type Document, isElement, parse, textOf } from './dom.ts'

export interface Pair {
  question: string
  answer: string
}

/** Longest script read, in characters, and most things looked at in one. */
const maxScript = 300_000
const maxThings = 3000

type Thing = Record<string, unknown>

/** FAQPage and QAPage, in either form. */
export function structuredPairs(document: Document): Pair[] {
  const pairs: Pair[] = []
  for (const thing of things(document)) {
    if (!isType(thing, 'Question')) continue
    const answers = [thing.acceptedAnswer, thing.suggestedAnswer].flat().filter(isThing)
    const question = plain(thing.name ?? thing.text)
    const answer = plain(answers[0]?.text)
    if (question && answer) pairs.push({ question, answer })
  }
  for (const element of document.all('[itemtype*="schema.org/Question"]').slice(0, 500)) {
    const [name] = within(element, 'name')
    const [answer] = within(element, 'text')
    if (name && answer) pairs.push({ question: textOf(name), answer: textOf(answer) })
  }
  return pairs
}

/** Lines such as `Telephone: …` of the business that the page is about. */
export function structuredContact(document: Document): { name: string; lines: string[] } | undefined {
  for (const thing of things(document)) {
    if (
      !('telephone' in thing || 'openingHours' in thing || 'openingHoursSpecification' in thing || 'address' in thing)
    )
      continue
    const name = plain(thing.name)
    const lines = [
      ['Telephone', plain(thing.telephone)],
      ['E-mail', plain(thing.email).replace(/^mailto:/, '')],
      ['Address', addressOf(thing.address)],
      ['Opening hours', hoursOf(thing)],
    ].flatMap(([label, value]) => (value ? [`${label}: ${value}`] : []))
    if (name && lines.length > 0) return { name, lines }
  }
  return undefined
}

function* things(document: Document): Generator<Thing> {
  let count = 0
  for (const script of document.all('script[type="application/ld+json"]').slice(0, 50)) {
    const text = childrenOf(script)
      .map(node => ('data' in node ? String(node.data) : ''))
      .join('')
    const waiting: unknown[] = [parsed(text)]
    while (waiting.length > 0 && count++ < maxThings) {
      const next = waiting.pop()
      if (Array.isArray(next)) waiting.push(...next.slice(0, 1000).reverse())
      else if (isThing(next)) {
        yield next
        waiting.push(
          ...[next['@graph'], next.mainEntity, next.hasPart, next.publisher, next.about].filter(
            value => typeof value === 'object',
          ),
        )
      }
    }
  }
}

function parsed(text: string): unknown {
  if (text.length > maxScript) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function within(
  element: Parameters<typeof childrenOf>[0],
  property: string,
  depth = 0,
): Parameters<typeof textOf>[0][] {
  return childrenOf(element).flatMap(child => {
    if (!isElement(child)) return []
    const own = attribute(child, 'itemprop').split(/\s+/).includes(property) ? [child] : []
    return depth < 30 ? [...own, ...within(child, property, depth + 1)] : own
  })
}

/** Text of a value; markup in it is read, not shown. */
function plain(value: unknown): string {
  if (Array.isArray(value)) return plain(value[0])
  if (typeof value === 'number') return String(value)
  if (typeof value !== 'string' || value.length > 20_000) return ''
  return /[<&]/.test(value) ? textOf(parse(value).root) : value.trim()
}

function addressOf(value: unknown): string {
  if (Array.isArray(value)) return addressOf(value[0])
  if (!isThing(value)) return plain(value)
  const town = [value.postalCode, value.addressLocality].map(plain).filter(Boolean).join(' ')
  return [plain(value.streetAddress), town, plain(value.addressRegion), plain(value.addressCountry)]
    .filter(Boolean)
    .join(', ')
}

function hoursOf(thing: Thing): string {
  const listed = [thing.openingHours].flat().map(plain).filter(Boolean)
  if (listed.length > 0) return listed.join(', ')
  return [thing.openingHoursSpecification]
    .flat()
    .filter(isThing)
    .slice(0, 30)
    .flatMap(({ dayOfWeek, opens, closes }) => {
      const days = [dayOfWeek]
        .flat()
        .map(day => plain(day).replace(/^.*\//, ''))
        .filter(Boolean)
      return opens && closes ? [`${days.join(', ')} ${plain(opens)}–${plain(closes)}`.trim()] : []
    })
    .join('; ')
}

const isThing = (value: unknown): value is Thing => typeof value === 'object' && value !== null && !Array.isArray(value)
const isType = (thing: Thing, name: string) =>
  [thing['@type']].flat().some(type => type === name || type === `https://schema.org/${name}`)
