/** What people open in a browser: portal, widget files, demo page, API docs. Everything comes from the build or from here. */
import type { Context, Hono } from 'hono'
import { errorStatuses } from '../errors.ts'
import { embedHeaders, pageHeaders, previewHeaders, setHeaders } from './headers.ts'
import { type StaticFiles, sendStatic } from './static.ts'

export interface PageDeps {
  app: Hono
  known(method: 'GET', path: string): void
  files: StaticFiles
  openApi(): unknown
  hasDemo(): boolean
  version: string
  /** Files of a release never change under their address; while developing they do. */
  development: boolean
}

export function mountPages({ app, known, files, openApi, hasDemo, version, development }: PageDeps): void {
  const forever = development ? 'no-cache' : 'public, max-age=31536000, immutable'
  const page = { ...pageHeaders, 'Cache-Control': 'no-cache' }
  const get = (path: string, handler: (c: Context) => Response | Promise<Response>) => {
    known('GET', path)
    app.get(path, handler)
  }
  const file = (c: Context, path: string, headers: Record<string, string>) =>
    sendStatic(c, files, path, headers) ?? c.notFound()

  get('/', c => c.redirect('/portal/', 302))
  get('/favicon.ico', c => file(c, 'portal/favicon.svg', { ...page, 'Cache-Control': 'public, max-age=86400' }))

  // The portal routes by itself: every path below it is its page, but for its files.
  get('/portal', c => c.redirect('/portal/', 302))
  app.get('/portal/assets/:name', c =>
    file(c, `portal/assets/${c.req.param('name')}`, { ...pageHeaders, 'Cache-Control': forever }),
  )
  get('/portal/preview', c => file(c, 'portal/preview.html', { ...previewHeaders, 'Cache-Control': 'no-cache' }))
  app.get('/portal/*', c => {
    const path = c.req.path.slice(1)
    return sendStatic(c, files, path, page) ?? file(c, 'portal/index.html', page)
  })

  const embed = (seconds: number) => ({
    ...embedHeaders,
    'Cache-Control': development ? 'no-cache' : `public, max-age=${seconds}`,
  })
  get('/widget.js', c => file(c, 'widget/widget.js', embed(300)))
  get('/widget-client.js', c => file(c, 'widget/client.js', embed(300)))
  get('/widget.d.ts', c => file(c, 'widget/widget.d.ts', embed(300)))
  app.get('/integrations/:name', c => file(c, `integrations/${c.req.param('name')}`, embed(300)))
  app.get('/widget/*', c => {
    const path = c.req.path.slice(1)
    const versioned = path.startsWith(`widget/v${version}/`)
    return file(c, path, versioned ? { ...embedHeaders, 'Cache-Control': forever } : embed(300))
  })

  get('/demo', c => (hasDemo() ? file(c, 'demo/index.html', page) : c.notFound()))
  app.get('/demo/*', c => (hasDemo() ? file(c, c.req.path.slice(1), page) : c.notFound()))

  let document: string | undefined
  get('/openapi.json', c => {
    document ??= JSON.stringify(openApi(), null, 1)
    setHeaders(c, { ...embedHeaders, 'Cache-Control': 'no-cache' })
    return c.body(document, 200, { 'Content-Type': 'application/json; charset=UTF-8' })
  })
  get('/docs', c => html(c, docsPage))
  get('/docs/errors', c => html(c, errorsPage()))
  app.get('/docs/:name', c =>
    file(c, `docs/${c.req.param('name')}`, { ...pageHeaders, 'Cache-Control': 'public, max-age=86400' }),
  )

  function html(c: Context, text: string): Response {
    setHeaders(c, page)
    return c.html(text)
  }
}

const head = (title: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="/favicon.ico">`

const docsPage = `${head('Parley API')}
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="stylesheet" href="/docs/docs.css">
</head>
<body>
<header class="bar"><a href="/portal/">Parley</a> <span>API</span> <nav><a href="/docs/errors">Errors</a> <a href="/openapi.json">openapi.json</a></nav></header>
<main id="docs"></main>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/docs.js"></script>
</body>
</html>`

/** What to do about an error, where its sentence does not say it all. */
const advice: Partial<Record<keyof typeof errorStatuses, string>> = {
  quota_exceeded:
    'The month’s requests are used up. <code>resets_at</code> says when they start anew; a larger plan has more.',
  rate_limited: 'Wait for the seconds in <code>Retry-After</code>.',
  bot_unavailable:
    'The bot is unknown, switched off, or not allowed on this page. Check <code>company_id</code> and the bot’s allowed origins.',
  knowledge_limit_reached: 'Delete entries or ask for a larger plan.',
  invalid_request: '<code>errors</code> names every field and what is wrong with it.',
  store_unavailable: 'Nothing was stored. Try again later with the same Idempotency-Key.',
  internal: 'Our fault. The <code>request_id</code> leads to the log line.',
}

function errorsPage(): string {
  const rows = Object.entries(errorStatuses)
    .sort(([a, x], [b, y]) => x - y || a.localeCompare(b))
    .map(([code, status]) => {
      const what = advice[code as keyof typeof errorStatuses] ?? 'The sentence in <code>detail</code> says what to do.'
      return `<tr id="${code}"><td>${status}</td><td><code>${code}</code></td><td>${what}</td></tr>`
    })
  return `${head('Parley API: errors')}
<link rel="stylesheet" href="/docs/docs.css">
</head>
<body>
<header class="bar"><a href="/portal/">Parley</a> <span>Errors</span> <nav><a href="/docs">API</a></nav></header>
<main class="text">
<h1>Errors</h1>
<p>Every error is a problem document (RFC 9457): <code>type</code>, <code>title</code>, <code>status</code>, <code>detail</code>, <code>code</code>, <code>request_id</code>; <code>error</code> repeats the sentence.</p>
<table><thead><tr><th>Status</th><th>Code</th><th>What to do</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table>
</main>
</body>
</html>`
}
