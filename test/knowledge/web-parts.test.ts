/** The parts of reading a site that are plain functions: addresses, circles, robots, sitemaps, likeness, frames. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Page, readPage } from '../../server/knowledge/intake/html.ts'
import { isSameSite, normalised, oddity, shapeOf } from '../../server/knowledge/web/address.ts'
import { ShapeBudget } from '../../server/knowledge/web/budget.ts'
import { Likeness } from '../../server/knowledge/web/likeness.ts'
import { parseRobots } from '../../server/knowledge/web/robots.ts'
import { nextRun } from '../../server/knowledge/web/schedule.ts'
import { parseSitemap } from '../../server/knowledge/web/sitemap.ts'
import { Template } from '../../server/knowledge/web/template.ts'

it('spells one page one way', () => {
  for (const [given, expected] of [
    ['https://Shop.Example:443/a//b/?utm_source=x&b=2&a=1&gclid=3#part', 'https://shop.example/a/b/?a=1&b=2'],
    ['http://shop.example./a;jsessionid=1F?PHPSESSID=9', 'http://shop.example/a'],
    ['https://shop.example/?', 'https://shop.example/'],
    ['https://user:pw@shop.example/x?q=a+b&q=c', 'https://shop.example/x?q=a+b&q=c'],
  ] as const)
    expect(normalised(given)).toBe(expected)
  for (const given of ['mailto:a@example.com', 'javascript:1', 'nonsense', ''])
    expect(normalised(given)).toBe(undefined)
  fc.assert(
    fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), url => {
      const once = normalised(url)
      if (once !== undefined) expect(normalised(once)).toBe(once)
    }),
  )
  expect(isSameSite('https://www.shop.example/a', 'http://shop.example/b')).toBe(true)
  expect(isSameSite('https://shop.example.evil.example/', 'https://shop.example/')).toBe(false)
  expect(isSameSite('https://shop.example:8443/', 'https://shop.example/')).toBe(false)
})

it('sees circles in the shape of addresses, and leaves articles and products alone', () => {
  expect(oddity('https://a.example/x/y/x/y/x')).toBe('trap')
  expect(oddity(`https://a.example/${'d/'.repeat(20)}`)).toBe('trap')
  expect(oddity('https://a.example/photo.JPG')).toBe('not_a_page')
  expect(oddity('https://a.example/2024/05/a-title')).toBe(undefined)
  for (const day of ['/events/2024/05', '/events/2024-05-17', '/cal?month=2024-05', '/cal?year=2024&month=5'])
    expect(shapeOf(`https://a.example${day}`).kind).toBe('days')
  for (const page of ['/2024/05/a-title', '/product/17', '/shop?id=17', '/about'])
    expect(shapeOf(`https://a.example${page}`).kind).not.toBe('days')
  const visit = (address: (n: number) => string, isKept: (n: number) => boolean) => {
    const budget = new ShapeBudget()
    let visits = 0
    for (let n = 0; n < 500; n++) {
      if (!budget.allows(address(n))) continue
      visits++
      budget.visited(address(n), isKept(n))
    }
    return visits
  }
  expect(
    visit(
      n => `https://a.example/shop?id=${n}`,
      () => true,
    ),
  ).toBe(500)
  expect(
    visit(
      n => `https://a.example/shop?sort=${n}`,
      () => false,
    ),
  ).toBe(25)
  expect(
    visit(
      n => `https://a.example/cal?month=${1900 + n}-01`,
      () => true,
    ),
  ).toBe(12)
})

it('heeds robots.txt, the pause it asks for included', () => {
  const robots = parseRobots(
    'https://a.example/robots.txt',
    'User-agent: *\nDisallow: /\n\nUser-agent: Parley\nDisallow: /no\nAllow: /no/but\nCrawl-delay: 7\nSitemap: https://a.example/s.xml',
  )
  expect(['/', '/no', '/no/thing', '/no/but/this'].map(path => robots.allows(`https://a.example${path}`))).toEqual([
    true,
    false,
    false,
    true,
  ])
  expect([robots.delayMs, robots.sitemaps]).toEqual([7000, ['https://a.example/s.xml']])
  expect(parseRobots('https://a.example/robots.txt', 'User-agent: *\nCrawl-delay: 99999').delayMs).toBe(30_000)
  expect(parseRobots('https://a.example/robots.txt', '\u0000<html>nonsense').allows('https://a.example/')).toBe(true)
})

it('reads sitemaps of every make in one look', () => {
  const map =
    '<?xml version="1.0"?><urlset><url><loc> https://a.example/?a=1&amp;b=2 </loc><lastmod>2026-01-02</lastmod></url><url><loc><![CDATA[https://a.example/b]]></loc></url></urlset>'
  expect(parseSitemap(map).urls).toEqual([
    { url: 'https://a.example/?a=1&b=2', lastmod: '2026-01-02T00:00:00.000Z' },
    { url: 'https://a.example/b', lastmod: '' },
  ])
  expect(
    parseSitemap('<sitemapindex><sitemap><loc>https://a.example/1.xml</loc></sitemap></sitemapindex>').sitemaps,
  ).toEqual(['https://a.example/1.xml'])
  expect(parseSitemap('https://a.example/1\nhttps://a.example/2\n').urls.length).toBe(2)
  expect(
    parseSitemap('<!DOCTYPE x [<!ENTITY a "aaaa">]><urlset><loc>https://a.example/&a;</loc></urlset>').urls[0]!.url,
  ).toBe('https://a.example/&a;')
  expect(parseSitemap('<loc>'.repeat(20_000)).urls).toEqual([])
})

const page = (title: string, text: string, around = '') =>
  readPage(
    `<title>${title}</title><div>${around}</div><div><h1>${title}</h1><p>${text}</p></div>`,
    `https://a.example/${encodeURIComponent(title + text.length)}`,
  )

it('takes two pages for one when all that they say is the same but for a word, never when a number differs', () => {
  const long = Array.from(
    { length: 60 },
    (_, i) => `word${'abcdefghij'[i % 10]}${'klmnopqrst'[Math.floor(i / 10)]}`,
  ).join(' ')
  const likeness = new Likeness()
  const first = page('Boat', `${long} It costs 100 pounds.`)
  expect(likeness.find(first)).toBe(undefined)
  expect(likeness.find(page('Boat', `${long} It costs 100 pounds. Printed.`))).toBe(first.url)
  expect(likeness.find(page('Boat', `${long} It costs 200 pounds.`))).toBe(undefined)
  expect(likeness.find(page('Other', `${long} It costs 100 pounds.`))).toBe(undefined)
})

it('learns what a site repeats, and knows it in the next run', () => {
  const frame = '<p>Subscribe to the letter that we send to everybody.</p>'
  const learn = new Template()
  const all: Page[] = Array.from({ length: 5 }, (_, n) => page(`Page ${n}`, `Own words of page number ${n}.`, frame))
  for (const one of all) learn.add(one)
  const hash = all[0]!.blocks.find(block => block.text.startsWith('Subscribe'))!.hash
  expect(all.map(one => learn.place(hash, one.url))).toEqual([
    'here',
    'elsewhere',
    'elsewhere',
    'elsewhere',
    'elsewhere',
  ])
  const later = new Template(learn.toJSON())
  expect([later.place(hash, all[0]!.url), later.place(hash, 'https://a.example/new')]).toEqual(['here', 'elsewhere'])
  expect(later.place(all[1]!.blocks.find(block => block.text.startsWith('Own'))!.hash, all[1]!.url)).toBe('alone')
})

it('spreads the next runs a little around the hour', () => {
  const from = new Date('2026-03-01T00:00:00Z')
  const next = (n: number) => Date.parse(nextRun({ source_id: `src_${n}`, schedule: 'weekly' }, from)) - from.getTime()
  const days = Array.from({ length: 200 }, (_, n) => next(n) / 86_400_000)
  expect(Math.min(...days)).toBeGreaterThan(6.6)
  expect(Math.max(...days)).toBeLessThan(7.4)
  expect(new Set(days).size).toBe(200)
  expect(nextRun({ source_id: 'src_1', schedule: 'off' }, from)).toBe('')
})
