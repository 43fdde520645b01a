/**
 * A website of a few hundred pages on loopback, made like websites are: a frame around every page, some of it without any
 * marking, and all the traps that a reader of strangers' sites meets. What each page is good for is known here.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import iconv from 'iconv-lite'

export interface TrapSite {
  base: string
  host: string
  /** Requests by path with query, in order. */
  requests: string[]
  /** Headers of the newest request of a path. */
  headers: Map<string, IncomingMessage['headers']>
  /** What a path answers from now on: a body in the site's frame, or a status. */
  change(path: string, to: string | number): void
  close(): Promise<void>
}

/** 60 MB of nothing, made once: that takes longer than a reader waits. */
const bomb = gzipSync(Buffer.alloc(60_000_000, ' '))

export const guides = 200
export const products = 40
export const hidden = 20

/** Facts that can be asked for, and where they stand. */
export const guideTopic = (n: number) => `${adjectives[n % 20]} ${nouns[Math.floor(n / 20) % 10]}`
const adjectives =
  'amber brisk copper dusty emerald frosty golden hollow ivory jolly knotted lunar mossy nimble oaken pearly quiet rustic silver tidal'.split(
    ' ',
  )
const nouns = 'anchor beacon compass dinghy engine fender gangway hammock islet jetty'.split(' ')
const words =
  'harbour rope water morning engine captain storage deck cabin signal weather season visitor ticket entrance museum garden market repair workshop'.split(
    ' ',
  )
const about = (n: number, salt: number) =>
  Array.from({ length: 18 }, (_, i) => words[(n * 7 + i * salt + ((n * i) % 5)) % 20]).join(' ')

/** The frame of every page: half of it marked as such, half of it only `div`s. */
const frame = (title: string, body: string, { marked = true, head = '' } = {}) => {
  const menu = ['Home', 'Guides', 'Products', 'Questions', 'Calendar', 'Contact us today']
    .map(
      (name, i) =>
        `<li><a href="/${['', 'guides', 'products', 'faq', 'calendar?month=2026-01', 'contact'][i]}">${name}</a></li>`,
    )
    .join('')
  const banner =
    '<div class="notice-bar"><p>We use cookies to make this site better for you. By going on you agree to that.</p><a href="/cookies">More</a></div>'
  const foot =
    '<p>Harbour Supplies Ltd, 12 Quay Street, Port Ellen. Call <a href="tel:+441234567">01234 567</a> for help.</p><p>All rights reserved by us.</p>'
  const side = '<p>Join the eleven thousand people who get our letter each month.</p>'
  return marked
    ? `<!doctype html><html lang="en"><head><title>${title} | Harbour Supplies</title>${head}</head><body><header><nav><ul>${menu}</ul></nav></header>${banner}<main>${body}</main><aside>${side}</aside><footer>${foot}</footer></body></html>`
    : `<!doctype html><html lang="en"><head><title>${title} | Harbour Supplies</title>${head}</head><body><div class="x1"><ul>${menu}</ul></div>${banner}<div class="x2">${body}</div><div class="x3">${side}</div><div class="x4">${foot}</div></body></html>`
}

const guide = (n: number) => {
  const topic = guideTopic(n)
  return frame(
    `The ${topic}`,
    `<h1>The ${topic}</h1><p>About the ${topic}: ${about(n, 3)}.</p>
    <h2 id="care">Care of the ${topic}</h2><p>The ${topic} is cleaned every ${n + 3} days with ${words[n % 20]} soap.</p>
    <h2 id="size">Sizes of the ${topic}</h2><table><tr><th>Size</th><th>Length</th></tr><tr><td>Small</td><td>${n + 10} cm</td></tr><tr><td>Large</td><td>${n + 40} cm</td></tr></table>
    <p><a href="/guide/${n + 1}">Next guide</a> <a href="/print/${n}">Print</a></p>`,
    { marked: n % 2 === 0 },
  )
}

const product = (n: number) =>
  frame(
    `Lamp ${n}`,
    `<h1>Lamp model ${n}</h1><p>This lamp is made of brass and hangs from a chain. It has one switch and a cord that is long enough for any room you might have at home. The lamp weighs ${n * 13 + 7} grams and costs ${n + 20} pounds.</p><a href="/products?sort=price&page=2">Others</a>`,
  )

export async function startTrapSite(canaryPort: number): Promise<TrapSite> {
  const requests: string[] = []
  const headers = new Map<string, IncomingMessage['headers']>()
  const changed = new Map<string, string | number>()
  const timers = new Set<NodeJS.Timeout>()
  let busy = 2
  let base = ''

  const html = (reply: ServerResponse, body: string | Buffer, type = 'text/html; charset=utf-8') =>
    reply.setHeader('Content-Type', type).end(body)
  const answer = (request: IncomingMessage, reply: ServerResponse): unknown => {
    const url = new URL(request.url!, base)
    const path = url.pathname
    const to = changed.get(request.url!)
    if (typeof to === 'number') return reply.writeHead(to).end('changed')
    if (typeof to === 'string') return html(reply, frame('Changed', to))
    const guideNumber = /^\/guide\/(\d+)$/.exec(path)
    if (guideNumber && Number(guideNumber[1]) < guides) {
      const n = Number(guideNumber[1])
      // Half of them can say that nothing changed, by tag or by date.
      const etag = `"g${n}"`
      const date = 'Mon, 05 Jan 2026 10:00:00 GMT'
      if (n % 4 === 0) reply.setHeader('ETag', etag)
      if (n % 4 === 1) reply.setHeader('Last-Modified', date)
      if (request.headers['if-none-match'] === etag || request.headers['if-modified-since'] === date)
        return reply.writeHead(304).end()
      return html(reply, guide(n))
    }
    const printed = /^\/print\/(\d+)$/.exec(path)
    if (printed) return html(reply, guide(Number(printed[1])).replace('<title>', '<title>Print: '))
    const productNumber = /^\/product\/(\d+)$/.exec(path)
    if (productNumber && Number(productNumber[1]) < products) return html(reply, product(Number(productNumber[1])))
    const hiddenNumber = /^\/hidden\/(\d+)$/.exec(path)
    if (hiddenNumber)
      return html(
        reply,
        frame(
          `Hidden ${hiddenNumber[1]}`,
          `<h1>Hidden place ${hiddenNumber[1]}</h1><p>The hidden place number ${hiddenNumber[1]} is opened with a brass key and ${about(Number(hiddenNumber[1]), 11)}.</p>`,
        ),
      )
    if (path.startsWith('/loop/'))
      return html(
        reply,
        frame('Loop', `<h1>Loop</h1><p>Round and round ${path.length}.</p><a href="${path}a/b/">Further</a>`),
      )
    if (path.startsWith('/private/'))
      return html(
        reply,
        frame('Private', '<h1>Private</h1><p>Nobody may read this private page, robots least of all.</p>'),
      )
    if (path === '/calendar') {
      const month = url.searchParams.get('month') ?? '2026-01'
      const next = new Date(`${month}-15T00:00:00Z`)
      next.setUTCMonth(next.getUTCMonth() + 1)
      return html(
        reply,
        frame(
          'Calendar',
          `<h1>Calendar of ${month}</h1><p>In the month of ${month} there is one concert on the pier, as in every other month.</p><a href="/calendar?month=${next.toISOString().slice(0, 7)}">Next month</a>`,
        ),
      )
    }
    if (path === '/products')
      return html(
        reply,
        frame(
          'Products',
          `<h1>Products</h1><p>All of our lamps, in any order that you like to see them in, are listed on this page.</p>${Array.from({ length: products }, (_, n) => `<p><a href="/product/${n}">Lamp model ${n}</a></p>`).join('')}${['price', 'name', 'age', 'size'].flatMap(sort => Array.from({ length: 20 }, (_, i) => `<a href="/products?sort=${sort}&page=${i}">${sort} ${i}</a>`)).join(' ')}`,
        ),
      )
    if (path === '/guides')
      return html(
        reply,
        frame(
          'Guides',
          `<h1>Guides</h1><p>Two hundred guides to everything on a boat and beside it, for the beginner and the expert.</p><ul>${Array.from({ length: guides }, (_, n) => `<li><a href="/guide/${n}">${guideTopic(n)}</a>`).join('')}</ul>`,
        ),
      )
    const fixed = pages[path]
    if (fixed === undefined)
      return html(
        Object.assign(reply, { statusCode: 404 }),
        frame('Not found', '<h1>Not found</h1><p>There is no such page here, sorry about that.</p>'),
      )
    return fixed(request, reply, url)
  }

  const redirect =
    (location: string, status = 302) =>
    (_: IncomingMessage, reply: ServerResponse) =>
      reply.writeHead(status, { location }).end()
  const page =
    (title: string, body: string, options?: Parameters<typeof frame>[2]) =>
    (_: IncomingMessage, reply: ServerResponse) =>
      html(reply, frame(title, body, options))
  const drip = (reply: ServerResponse, everyMs: number, text: string) => {
    const timer = setInterval(() => reply.write(text), everyMs)
    timers.add(timer)
    reply.on('close', () => clearInterval(timer))
  }
  const trapLinks =
    `/loop/ /session /missing-1 /missing-2 /missing-3 /slow /gzip /brotli /lies /meta-lies /cyrillic /utf16 /old /older /out /metadata /canary-redirect
/circle /private/a /private/b /noindex /noindex-header /huge /endless /slowloris /bomb /members /account /app /blank /report.pdf /photo.jpg /data.json /feed
/broken /error /tired /base/ /variant?b=2&a=1 /variant?a=1&b=2&utm_source=x /deep/nest /canonical?x=1 /canonical?x=2 //other.example.com/ mailto:a@example.com javascript:void(0) #top`.split(
      /\s+/,
    )

  const pages: Record<string, (request: IncomingMessage, reply: ServerResponse, url: URL) => unknown> = {
    '/': page(
      'Welcome',
      `<h1>Welcome to Harbour Supplies</h1><p>Everything that a boat and its crew may need, since 1921, on the quay of Port Ellen.</p>${trapLinks.map(link => `<a href="${link}">${link}</a>`).join(' ')}<a rel="nofollow" href="/secret">s</a>`,
    ),
    '/faq': page(
      'Questions',
      `<h1>Frequently asked questions</h1><details><summary>Do you deliver to islands?</summary><p>Yes, to every island with a ferry, within nine days.</p></details><details><summary>Can I bring a lamp back?</summary><p>Within thirty days, with its box.</p></details>`,
    ),
    '/contact': page(
      'Contact',
      '<h1>Contact</h1><p>Our office is open from Monday to Friday, from eight until four. Ask for Morag at the desk.</p>',
    ),
    '/cookies': page(
      'Cookies',
      '<h1>About cookies</h1><p>We keep one cookie with your basket for a day, and no other. Nothing is given to anybody else.</p>',
    ),
    '/session': (_, reply) =>
      html(
        reply,
        frame(
          'Session',
          `<h1>Session links</h1><p>This page gives everybody a number of their own, as old shops did in their day.</p><a href="/contact?PHPSESSID=${requests.length}">Contact</a><a href="/faq;jsessionid=${requests.length}">Faq</a><a href="/session?sid=${requests.length}">Self</a>`,
        ),
      ),
    '/slow': (_, reply) => {
      timers.add(setTimeout(() => reply.end('late'), 60_000))
    },
    '/gzip': (_, reply) =>
      html(
        reply.setHeader('Content-Encoding', 'gzip'),
        gzipSync(frame('Packed', '<h1>Packed</h1><p>The packed page speaks of seven zebras in a zipper.</p>')),
      ),
    '/brotli': (_, reply) =>
      html(
        reply.setHeader('Content-Encoding', 'br'),
        brotliCompressSync(
          frame('Pressed', '<h1>Pressed</h1><p>The pressed page speaks of nine badgers in a barrel.</p>'),
        ),
      ),
    '/lies': (_, reply) =>
      html(
        reply,
        frame('Lies', '<h1>Größe der Fähre</h1><p>Die größte Fähre heißt Möwe und fährt täglich außer montags.</p>'),
        'text/html; charset=iso-8859-1',
      ),
    '/meta-lies': (_, reply) =>
      html(
        reply,
        iconv.encode(
          frame('Meta', '<h1>Bücherei am Quai</h1><p>Die Bücherei öffnet um zehn Uhr, für Schüler schon früher.</p>', {
            head: '<meta charset="utf-8">',
          }),
          'windows-1252',
        ),
        'text/html',
      ),
    '/cyrillic': (_, reply) =>
      html(
        reply,
        iconv.encode(
          frame(
            'Кириллица',
            '<h1>Расписание парома</h1><p>Паром отправляется каждый день в девять часов утра от главного причала.</p>',
          ),
          'windows-1251',
        ),
        'text/html',
      ),
    '/utf16': (_, reply) =>
      html(
        reply,
        iconv.encode(
          frame(
            'Wide',
            '<h1>Wide letters</h1><p>The wide page was written with two bytes for each letter, which is rare.</p>',
          ),
          'utf-16le',
          { addBOM: true },
        ),
        'text/html',
      ),
    '/old': redirect('/contact', 301),
    '/older': redirect('/old', 308),
    '/out': redirect('http://other.example.com/'),
    '/metadata': redirect('http://169.254.169.254/latest/meta-data/'),
    '/canary-redirect': redirect(`http://127.0.0.1:${canaryPort}/`),
    '/circle': redirect('/circle?again=1'),
    '/noindex': page(
      'Noindex',
      '<h1>Hush</h1><p>This page must not be kept by anybody at all, it says so itself.</p>',
      { head: '<meta name="robots" content="noindex">' },
    ),
    '/noindex-header': (_, reply) =>
      html(
        reply.setHeader('X-Robots-Tag', 'noindex'),
        frame('Hush', '<h1>Hush</h1><p>This page must not be kept, its header says.</p>'),
      ),
    '/huge': (_, reply) => {
      reply.writeHead(200, { 'Content-Type': 'text/html', 'Content-Length': 50_000_000 })
      const chunk = Buffer.alloc(100_000, '<p>huge</p>')
      const more = () => {
        while (!reply.destroyed && reply.write(chunk)) {
          // As much as it takes.
        }
      }
      reply.on('drain', more)
      more()
    },
    '/endless': (_, reply) => {
      reply.writeHead(200, { 'Content-Type': 'text/html' })
      const chunk = Buffer.alloc(65_536, '<p>on and on</p>')
      const more = () => {
        while (!reply.destroyed && reply.write(chunk)) {
          // Without end.
        }
      }
      reply.on('drain', more)
      more()
    },
    '/slowloris': (_, reply) => {
      reply.writeHead(200, { 'Content-Type': 'text/html' })
      drip(reply, 50, '<')
    },
    '/bomb': (_, reply) => html(reply.setHeader('Content-Encoding', 'gzip'), bomb),
    '/members': (_, reply) => reply.writeHead(401, { 'WWW-Authenticate': 'Basic' }).end('no'),
    '/account': redirect('/login?next=/account'),
    '/login': page('Sign in', '<h1>Sign in</h1><form><label>Name</label><input name=u><input type="password"></form>'),
    '/app': (_, reply) =>
      html(reply, '<!doctype html><html><body><div id="root"></div><script src="/app.js"></script></body></html>'),
    '/blank': (_, reply) => html(reply, '<!doctype html><html><body>  </body></html>'),
    '/report.pdf': (_, reply) => html(reply, '%PDF-1.4', 'application/pdf'),
    '/photo.jpg': (_, reply) => html(reply, 'x', 'image/jpeg'),
    '/data.json': (_, reply) => html(reply, '{}', 'application/json'),
    '/feed': (_, reply) => html(reply, '<rss></rss>', 'application/rss+xml'),
    '/broken': (request, reply) => {
      reply.writeHead(200, { 'Content-Type': 'text/html', 'Content-Length': 1000 })
      reply.write('<p>half', () => request.socket.destroy())
    },
    '/error': (_, reply) => reply.writeHead(500).end('oops'),
    '/tired': (_, reply) =>
      busy-- > 0
        ? reply.writeHead(429, { 'Retry-After': '1' }).end()
        : html(
            reply,
            frame('Tired', '<h1>Tired</h1><p>The tired page answers at the third time only, when it had its rest.</p>'),
          ),
    '/base/': page(
      'Base',
      '<h1>Base</h1><p>Links of this page start from somewhere else than the page itself does.</p><a href="leaf">Leaf</a>',
      { head: '<base href="/elsewhere/">' },
    ),
    '/elsewhere/leaf': page(
      'Leaf',
      '<h1>Leaf</h1><p>The leaf hangs on a base that is elsewhere, and it is green in May.</p>',
    ),
    '/variant': page(
      'Variant',
      '<h1>Variant</h1><p>One page with two parameters in two orders, and a third one for tracking.</p>',
    ),
    '/canonical': page(
      'Canonical',
      '<h1>Canonical</h1><p>The canonical page names the address that it wants to be known by.</p>',
      { head: '<link rel="canonical" href="/canonical">' },
    ),
    '/deep/nest': page(
      'Nest',
      `<h1>Nest</h1>${'<div>'.repeat(600)}<p>too deep</p>${'</div>'.repeat(600)}<p>The nest has six hundred layers and an egg of blue stone at the end.</p>`,
    ),
    '/secret': page('Secret', '<h1>Secret</h1><p>Nobody follows a link that says nofollow, so nobody reads this.</p>'),
    '/robots.txt': (_, reply) =>
      html(reply, `User-agent: *\nDisallow: /private/\nSitemap: ${base}/sitemap-index.xml\n`, 'text/plain'),
    '/sitemap-index.xml': (_, reply) =>
      html(
        reply,
        `<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>${base}/sitemap-1.xml.gz</loc></sitemap><sitemap><loc>http://10.0.0.1/sitemap.xml</loc></sitemap><sitemap><loc>${base}/sitemap-index.xml</loc></sitemap></sitemapindex>`,
        'application/xml',
      ),
    '/sitemap-1.xml.gz': (_, reply) =>
      html(
        reply,
        gzipSync(
          `<urlset>${Array.from({ length: hidden }, (_, n) => `<url><loc>${base}/hidden/${n}</loc><lastmod>2026-01-0${(n % 9) + 1}</lastmod></url>`).join('')}<url><loc>http://other.example.com/page</loc></url><url><loc>${base}/private/listed</loc></url></urlset>`,
        ),
        'application/gzip',
      ),
  }

  const server = createServer((request, reply) => {
    requests.push(request.url!)
    headers.set(request.url!, request.headers)
    reply.on('error', () => {})
    answer(request, reply)
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  base = `http://${host}`
  return {
    base,
    host,
    requests,
    headers,
    change: (path, to) => changed.set(path, to),
    async close() {
      for (const timer of timers) clearInterval(timer)
      server.closeAllConnections()
      await new Promise(done => server.close(done))
    },
  }
}
