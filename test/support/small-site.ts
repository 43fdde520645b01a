/** A client's website of thirty ordinary pages, on a socket of this machine. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const services = [
  'Bicycle repair',
  'Wheel truing',
  'Brake service',
  'Chain replacement',
  'Frame painting',
  'Saddle fitting',
  'Bike storage',
  'Gear tuning',
  'Tyre change',
  'Light mounting',
  'Rack building',
  'Basket weaving',
  'Helmet sizing',
  'Lock advice',
  'Route planning',
  'Night tours',
  'Tandem rental',
  'Child seats',
  'Cargo bikes',
  'Winter check',
  'Spring check',
  'Insurance help',
  'Gift vouchers',
  'Trade-in',
  'Battery care',
  'Motor service',
  'Pump loan',
  'Map shop',
  'Club rides',
]

const address = (name: string) => `/${name.toLowerCase().replace(/[^a-z]+/g, '-')}`

export interface SmallSite {
  base: string
  host: string
  /** Pages in all, the first one included. */
  pages: number
  close(): Promise<void>
}

/** `head` goes into every page, such as a script tag. */
export async function startSmallSite(options: { head?: () => string } = {}): Promise<SmallSite> {
  const links = services.map(name => `<li><a href="${address(name)}">${name}</a></li>`).join('')
  const page = (title: string, body: string) =>
    `<!doctype html><html lang="en"><head><title>${title} – Harbour Wheels</title>${options.head?.() ?? ''}</head><body><header><nav><ul>${links}</ul></nav></header><main><h1>${title}</h1>${body}</main><footer>Harbour Wheels, Quay 7</footer></body></html>`
  const bodies = new Map(
    services.map((name, i) => [
      address(name),
      page(
        name,
        `<p>${name} at Harbour Wheels costs ${20 + i * 3} crowns and takes ${1 + (i % 5)} days. Bring it to Quay ${i + 1}, where Mr. Number ${i + 1} looks after it himself.</p><p>For ${name.toLowerCase()} no appointment is needed on ${['Mondays', 'Tuesdays', 'Thursdays'][i % 3]}.</p>`,
      ),
    ]),
  )
  const server = createServer((request, reply) => {
    const path = new URL(request.url!, 'http://site').pathname
    if (path === '/robots.txt') return reply.writeHead(404).end()
    const body =
      path === '/'
        ? page(
            'Harbour Wheels',
            `<p>Everything around the bicycle, since 1921, on the quay. The workshop opens at seven.</p><ul>${links}</ul>`,
          )
        : bodies.get(path)
    if (!body) return reply.writeHead(404).end('nothing here')
    reply.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(body)
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  return {
    base: `http://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    pages: services.length + 1,
    async close() {
      server.closeAllConnections()
      await new Promise(done => server.close(done))
    },
  }
}
