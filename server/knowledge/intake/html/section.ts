/** Blocks of a page → entries: a section of text under its headings, or a question with its answer. */
import type { Block } from './block.ts'
import type { Page } from './page.ts'

/** As an import takes it. */
export interface HtmlEntry {
  kind: 'text' | 'qa'
  /** The page's, and the headings that lead to the section. */
  title: string
  question?: string
  content: string
  /** The headings alone, outermost first, joined by ` › `. */
  section: string
  /** With the anchor of the section, where it has one. Empty for a file. */
  url: string
  lang: string
  /** Where in a file, from the first block that says so: `page 3`. */
  origin?: string
}

/** Sections shorter than this, in letters, join the one before: half a sentence is no entry. */
const shortSection = 40
/** A section grows by joining up to this. */
const fullSection = 400
/** A longer section is cut between paragraphs. */
const longSection = 8000
const faqNames =
  /\bf\.?a\.?q\.?s?\b|frequently asked|häufig\w* (?:gestellte )?fragen|fragen und antworten|preguntas frecuentes|foire aux questions|questions fréquentes|domande frequenti|veelgestelde vragen|perguntas frequentes|często zadawane|najczęściej|sık(?:ça)? sorulan|часто задаваемые|вопросы и ответы|よくある(?:ご)?質問|常见问题|常見問題|자주 묻는/i

interface Section {
  origin?: string
  level: number
  path: string[]
  heading: string
  anchor: string
  texts: string[]
  /** The heading asks something. */
  asks: boolean
  /** From the frame of the page: how to reach the business. */
  edge: boolean
}

/** What of a page its entries are named after. */
export type PageName = Pick<Page, 'title' | 'url' | 'site' | 'lang'>

const blank: Omit<Section, 'texts'> = { level: 0, path: [], heading: '', anchor: '', asks: false, edge: false }

/** @param blocks those of the page that are content, in order */
export function entriesOf(page: PageName, blocks: readonly Block[]): HtmlEntry[] {
  const isFaq = faqNames.test(page.title) || /faq/i.test(page.url)
  const sections: Section[] = []
  const pairs: HtmlEntry[] = []
  const asked = new Set<string>()
  let path: { level: number; text: string }[] = []
  let open: Section = { ...blank, texts: [] }
  sections.push(open)

  const addPair = (question: string, answer: string, anchor: string | undefined, origin?: string) => {
    const key = question
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim()
    if (key === '' || asked.has(key)) return
    asked.add(key)
    const context = path.map(({ text }) => text)
    pairs.push({
      kind: 'qa',
      title: titleOf(page, context),
      question: question.slice(0, 500),
      content: answer.slice(0, 20_000),
      section: context.join(' › '),
      url: withAnchor(page.url, anchor),
      lang: page.lang,
      ...(origin && { origin }),
    })
  }

  for (const block of blocks) {
    if (block.apart) path = []
    if (block.region === 'edge' && block.kind === 'text' && !open.edge) {
      open = { ...blank, texts: [], heading: page.site || nameOf(page.url), edge: true }
      sections.push(open)
    }
    if (block.kind === 'heading') {
      const level = block.level ?? 6
      // What stands in the frame of a page is no part of what the page is about.
      path = block.region === 'edge' ? [] : path.filter(above => above.level < level)
      open = {
        ...(block.origin && { origin: block.origin }),
        level,
        path: path.map(({ text }) => text),
        heading: block.text,
        anchor: block.anchor ?? '',
        texts: [],
        edge: block.region === 'edge',
        asks:
          isQuestion(block.text) ||
          (isFaq && level >= 3 && level < 7 && faqNames.test(path.map(({ text }) => text).join(' '))),
      }
      path = [...path, { level, text: block.text }]
      sections.push(open)
    } else if (block.kind === 'text') {
      // A section that goes on on the next page is cited with that page.
      if (block.origin && block.origin !== open.origin && !open.asks) {
        open = { ...open, texts: [], origin: block.origin }
        sections.push(open)
      }
      open.texts.push(block.text)
    } else if (isQuestion(block.question!) || isFaq || faqNames.test(path.map(({ text }) => text).join(' ')))
      addPair(block.question!, block.text, block.anchor, block.origin)
    else open.texts.push(`${block.question!.replace(/[:：]$/, '')}: ${block.text}`)
  }

  const texts: HtmlEntry[] = []
  for (const section of joined(sections)) {
    if (section.texts.length === 0) continue
    if (section.asks) {
      path = section.path.map((text, i) => ({ level: i, text }))
      addPair(section.heading, section.texts.join('\n'), section.anchor, section.origin)
      continue
    }
    const headings = section.heading ? [...section.path, section.heading] : section.path
    // How to reach the business is no matter of the page that it was found on.
    const title = section.edge ? section.heading || page.title : titleOf(page, headings)
    for (const content of parts(section.texts)) {
      texts.push({
        kind: 'text',
        title,
        content,
        section: headings.join(' › '),
        url: withAnchor(page.url, section.anchor),
        lang: page.lang,
        ...(section.origin && { origin: section.origin }),
      })
    }
  }
  return [...texts, ...pairs]
}

/** Short sections of the same parent become one, each under its heading as a line. */
function joined(sections: readonly Section[]): Section[] {
  const out: Section[] = []
  for (const section of sections) {
    if (section.texts.length === 0) continue
    const last = out.at(-1)
    const length = lengthOf(section)
    const fits = last && !last.asks && !section.asks && !section.edge && lengthOf(last) + length <= fullSection
    const related =
      last &&
      (section.path.join('\n') === last.path.join('\n') ||
        [...last.path, last.heading].join('\n') === section.path.join('\n'))
    const above = last && [...last.path, last.heading].join('\n') === section.path.join('\n')
    // Half a sentence above the first section goes into it: it is no reason to hide what that is called.
    if (fits && above && last.heading !== '' && lengthOf(last) < shortSection && length >= shortSection)
      out[out.length - 1] = { ...section, texts: [...last.texts, ...section.texts] }
    else if (fits && related && (length < shortSection || lengthOf(last) < shortSection) && last.heading !== '') {
      last.texts.push([...(section.heading === last.heading ? [] : [section.heading]), ...section.texts].join('\n'))
    } else out.push({ ...section, texts: [...section.texts] })
  }
  return out
}

const lengthOf = (section: Section) => section.texts.reduce((sum, text) => sum + text.length, 0)

/** Paragraphs as entries of at most `longSection` letters. */
function parts(texts: readonly string[]): string[] {
  const out: string[] = []
  let current = ''
  for (const text of texts.flatMap(cut)) {
    if (current && current.length + text.length > longSection) {
      out.push(current)
      current = ''
    }
    current += (current ? '\n\n' : '') + text
  }
  return current ? [...out, current] : out
}

function cut(text: string): string[] {
  const out: string[] = []
  let rest = text
  while (rest.length > longSection) {
    const at = Math.max(rest.lastIndexOf('\n', longSection), rest.lastIndexOf('. ', longSection) + 1)
    const end = at > longSection / 2 ? at : longSection
    out.push(rest.slice(0, end).trim())
    rest = rest.slice(end).trim()
  }
  return [...out, rest].filter(Boolean)
}

const nameOf = (url: string) => (URL.canParse(url) ? new URL(url).hostname.replace(/^www\./, '') : '')

/** The page's title, then the headings that lead to the section, each once. */
function titleOf(page: PageName, headings: readonly string[]): string {
  const own = headings.filter((text, i) => text !== page.title && headings.indexOf(text) === i)
  return [page.title, ...own].filter(Boolean).join(' › ').slice(0, 300)
}

const isQuestion = (text: string) => text.length <= 500 && /[?？؟]["'”’»)\]]*$/.test(text.trim()) && /\p{L}/u.test(text)
const withAnchor = (url: string, anchor: string | undefined) =>
  url && anchor ? `${url}#${encodeURIComponent(anchor)}` : url
