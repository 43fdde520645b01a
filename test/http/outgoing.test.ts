/** The guard in front of every fetch of an address that a client named, with real sockets behind it as the canary. */
import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import { request } from 'undici'
import { afterEach, describe, expect, it } from 'vitest'
import { isPublicAddress } from '../../server/http/outgoing/address.ts'
import { createOutgoing, type Outgoing, type OutgoingDeps } from '../../server/http/outgoing/outgoing.ts'
import { guardedHosts, guardedIpv4, guardedIpv6, guardedUrls } from './hostile.ts'

const open: (() => unknown)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

interface Stage {
  port: number
  outgoing: Outgoing
  /** Connections that reached the loopback server. */
  connections(): number
  /** Connections that the guard began, by `address:port`. */
  dialled: string[]
}

/**
 * A server on loopback that counts its connections, and a guarded fetch whose public addresses all lead to it. What the
 * guard lets through arrives; what it refuses must not.
 */
async function stage(
  listener: RequestListener,
  options: Partial<OutgoingDeps> & { allow?: string[] } = {},
): Promise<Stage> {
  const server: Server = createServer(listener)
  let connections = 0
  server.on('connection', () => connections++)
  await new Promise<void>(done => server.listen(0, done))
  const { port } = server.address() as AddressInfo
  const dialled: string[] = []
  const outgoing = createOutgoing({
    allowHosts: (options.allow ?? []).map(name => `${name}:${port}`),
    resolve: async () => ['93.184.216.34'],
    dial(address, to) {
      dialled.push(`${address}:${to}`)
      return connect({
        host: isPublicAddress(address) ? '127.0.0.1' : address,
        port: isPublicAddress(address) ? port : to,
      })
    },
    ...options,
  })
  open.push(
    () => outgoing.close(),
    () => {
      server.closeAllConnections()
      server.close()
    },
  )
  return { port, outgoing, connections: () => connections, dialled }
}

const outcome = (promise: Promise<unknown>) =>
  promise.then(
    () => 'fetched',
    error => error.code ?? error.reason ?? String(error),
  )

describe('an address that a client named', () => {
  it('is fetched when it is public', async () => {
    const { outgoing, connections, dialled } = await stage((_, reply) => reply.end('hello'))
    const page = await outgoing.get('http://www.example.com/page#part')
    expect([page.status, page.body.toString(), page.url]).toEqual([200, 'hello', 'http://www.example.com/page'])
    expect([connections(), dialled]).toEqual([1, ['93.184.216.34:80']])
  })

  it('is not connected to in any of 2,000 hostile spellings', async () => {
    const { outgoing, port, connections, dialled } = await stage((_, reply) => reply.end('canary'))
    const urls = [
      ...guardedHosts.flatMap(host => [`http://${host}/`, `https://${host}/`, `http://${host}:${port}/`]),
      ...guardedUrls(port),
    ]
    const passed: string[] = []
    for (const url of urls) if ((await outcome(outgoing.get(url))) !== 'url_not_allowed') passed.push(url)
    expect(urls.length).toBeGreaterThanOrEqual(2000)
    expect(passed).toEqual([])
    expect([connections(), dialled]).toEqual([0, []])
  })

  it('is reached at the same canary when the operator allows it, so that the count above means something', async () => {
    const { outgoing, port, connections } = await stage((_, reply) => reply.end('canary'), {
      allow: ['127.0.0.1', '[::1]', 'localhost'],
      resolve: async () => ['127.0.0.1'],
    })
    for (const host of ['127.0.0.1', '[::1]', 'localhost', '2130706433']) {
      expect((await outgoing.get(`http://${host}:${port}/`)).body.toString()).toBe('canary')
    }
    expect(connections()).toBeGreaterThanOrEqual(3)
    // Only that port of that host.
    expect(await outcome(outgoing.get(`http://127.0.0.2:${port}/`))).toBe('url_not_allowed')
    expect(await outcome(outgoing.get('http://127.0.0.1/'))).toBe('url_not_allowed')
  })

  it('is not connected to when its name leads inside, alone or beside a public address', async () => {
    const answers = [...guardedIpv4, ...guardedIpv6].flatMap(bad => [
      [bad],
      ['93.184.216.34', bad],
      [bad, '93.184.216.34'],
      ['2606:2800:21f:cb07:6820:80da:af6b:8b2c', '93.184.216.34', bad],
    ])
    let answer: string[] = []
    const { outgoing, connections, dialled } = await stage((_, reply) => reply.end('canary'), {
      resolve: async () => answer,
    })
    for (const [i, addresses] of answers.entries()) {
      answer = addresses
      expect([addresses, await outcome(outgoing.get(`http://name-${i}.example.com/`))]).toEqual([
        addresses,
        'url_not_allowed',
      ])
    }
    answer = ['not an address', 'fe80::1%eth0']
    expect(await outcome(outgoing.get('http://odd.example.com/'))).toBe('url_not_allowed')
    answer = []
    expect(await outcome(outgoing.get('http://none.example.com/'))).toBe('unreachable')
    expect([connections(), dialled]).toEqual([0, []])
  })

  it('is connected to at the address that was checked, however the name answers a moment later', async () => {
    const answers = [['93.184.216.34'], ['127.0.0.1'], ['169.254.169.254']]
    let asked = 0
    const { outgoing, dialled } = await stage((_, reply) => reply.setHeader('connection', 'close').end('public'), {
      resolve: async () => answers[asked++ % answers.length]!,
    })
    expect((await outgoing.get('http://rebind.example.com/')).body.toString()).toBe('public')
    expect([asked, dialled]).toEqual([1, ['93.184.216.34:80']])
    expect(await outcome(outgoing.get('http://rebind.example.com/'))).toBe('url_not_allowed')
    expect(await outcome(outgoing.get('http://rebind.example.com/'))).toBe('url_not_allowed')
    expect(dialled).toEqual(['93.184.216.34:80'])
  })

  it('does not lead inside by a redirect', async () => {
    let location = ''
    const { outgoing, port, dialled } = await stage((_, reply) => reply.writeHead(302, { location }).end(), {})
    const inside = [...new Set([...guardedHosts.map(host => `http://${host}/`), ...guardedUrls(port)])].filter(
      // What is refused as a whole URL for its form may be a fine relative address.
      url => /^\w+:/.test(url) && /^[\x21-\x7e]+$/.test(url) && url.length < 2000,
    )
    const passed: string[] = []
    for (const url of inside) {
      location = url
      const result = await outcome(outgoing.get('http://www.example.com/'))
      if (result !== 'url_not_allowed' && result !== 'bad_redirect') passed.push(`${url} ${result}`)
    }
    expect(inside.length).toBeGreaterThan(600)
    expect(passed).toEqual([])
    expect(new Set(dialled)).toEqual(new Set(['93.184.216.34:80']))
  })

  it('is refused for a streaming call through the dispatcher too', async () => {
    const { outgoing, port, connections } = await stage((_, reply) => reply.end('canary'))
    for (const url of [`http://127.0.0.1:${port}/`, 'http://10.0.0.1/', 'http://[::1]/', 'http://2852039166/']) {
      expect(await outcome(request(url, { dispatcher: outgoing.dispatcher, method: 'POST', body: 'x' }))).toBe(
        'url_not_allowed',
      )
    }
    expect(connections()).toBe(0)
    const { body } = await request('http://www.example.com/', {
      dispatcher: outgoing.dispatcher,
      method: 'POST',
      body: 'x',
    })
    expect(await body.text()).toBe('canary')
  })

  it('counts as public only in the ranges that are, whatever the spelling of an IPv6 address', () => {
    fc.assert(
      fc.property(fc.ipV4(), address => {
        const isUnicast = ipaddr.IPv4.parse(address).range() === 'unicast' && address !== '168.63.129.16'
        expect(isPublicAddress(address)).toBe(isUnicast)
        // Wrapped in IPv6 nothing is.
        const [a, b, c, d] = address.split('.').map(n => Number(n).toString(16).padStart(2, '0'))
        for (const prefix of ['::', '::ffff:', '::ffff:0:', '64:ff9b::', '2002:', '2001:0:'])
          expect(isPublicAddress(`${prefix}${a}${b}:${c}${d}${prefix.startsWith('2') ? '::' : ''}`)).toBe(false)
      }),
      { numRuns: 2000 },
    )
    for (const good of [
      '8.8.8.8',
      '1.1.1.1',
      '93.184.216.34',
      '2606:2800:21f:cb07:6820:80da:af6b:8b2c',
      '2a00:1450:4001:80b::200e',
    ])
      expect(isPublicAddress(good)).toBe(true)
    for (const odd of ['', '1.2.3', '0x7f.1', '8.8.8.8.', ' 8.8.8.8', '08.8.8.8', '2606::1%eth0', 'example.com'])
      expect(isPublicAddress(odd)).toBe(false)
  })
})

describe('a fetch', () => {
  it('follows redirects, at most five, each with its own look-up', async () => {
    const { outgoing } = await stage((call, reply) => {
      const n = Number(call.url!.slice(1))
      if (n === 0) reply.end('there')
      else reply.writeHead([301, 302, 303, 307, 308][n % 5]!, { location: `/${n - 1}` }).end()
    })
    expect((await outgoing.get('http://www.example.com/5')).url).toBe('http://www.example.com/0')
    expect(await outcome(outgoing.get('http://www.example.com/6'))).toBe('bad_redirect')
  })

  it('cuts a body that is too large, endless or a bomb', async () => {
    let sent = 0
    const { outgoing } = await stage((call, reply) => {
      const encoding = { '/gzip': 'gzip', '/br': 'br', '/nested': 'gzip, gzip', '/unknown': 'zstd' }[call.url!]
      if (encoding) reply.setHeader('content-encoding', encoding)
      const zeros = Buffer.alloc(60_000_000)
      if (call.url === '/gzip') reply.end(gzipSync(zeros))
      else if (call.url === '/br') reply.end(brotliCompressSync(zeros, { params: { 1: 1 } }))
      else if (call.url === '/nested') reply.end(gzipSync(gzipSync(zeros)))
      else if (call.url === '/unknown') reply.end('x')
      else if (call.url === '/endless') {
        const more = () => {
          while (!reply.destroyed && reply.write(zeros.subarray(0, 65_536))) sent += 65_536
        }
        reply.on('drain', more)
        more()
      } else reply.end(zeros.subarray(0, 5_000_001))
    })
    for (const path of ['large', 'gzip', 'br', 'endless'])
      expect([path, await outcome(outgoing.get(`http://www.example.com/${path}`))]).toEqual([path, 'too_large'])
    for (const path of ['nested', 'unknown'])
      expect([path, await outcome(outgoing.get(`http://www.example.com/${path}`))]).toEqual([path, 'broken'])
    expect(sent).toBeLessThan(40_000_000)
  })

  it('unpacks gzip and Brotli', async () => {
    const { outgoing } = await stage((call, reply) => {
      const gzip = call.url === '/gzip'
      reply.setHeader('content-encoding', gzip ? 'gzip' : 'br')
      reply.end(gzip ? gzipSync('packed') : brotliCompressSync('packed'))
    })
    for (const path of ['gzip', 'br'])
      expect((await outgoing.get(`http://www.example.com/${path}`)).body.toString()).toBe('packed')
  })

  it('gives up on what is slow: no headers, a header a second, a body that drips, a silent redirect', async () => {
    const { outgoing } = await stage((call, reply) => {
      if (call.url === '/silent') return
      if (call.url === '/loop') {
        reply.writeHead(302, { location: '/silent' }).end()
        return
      }
      const timer = setInterval(() => {
        if (call.url === '/headers') call.socket.write('X-Drip: 1\r\n')
        else reply.write('.')
      }, 20)
      if (call.url === '/headers') call.socket.write('HTTP/1.1 200 OK\r\n')
      reply.on('close', () => clearInterval(timer))
    })
    const ways = ['silent', 'headers', 'drip', 'loop']
    const results = await Promise.all(
      ways.map(way => outcome(outgoing.get(`http://www.example.com/${way}`, { timeoutMs: 400 }))),
    )
    expect(results).toEqual(ways.map(() => 'too_slow'))
  })

  it('says so when nobody is there, the connection breaks, or it is no HTTP', async () => {
    const odd = createTcpServer(socket => {
      socket.on('error', () => {})
      socket.once('data', data => socket.end(String(data).startsWith('GET /cut') ? '' : 'SSH-2.0-nothing\r\n\r\n'))
    })
    await new Promise<void>(done => odd.listen(0, '127.0.0.1', done))
    open.push(() => odd.close())
    const { port } = odd.address() as AddressInfo
    const outgoing = createOutgoing({
      allowHosts: [],
      resolve: async host => {
        if (host === 'gone.example.com') throw Object.assign(new Error('no'), { code: 'ENOTFOUND' })
        return ['93.184.216.34']
      },
      dial: (_, to) => connect({ host: '127.0.0.1', port: to === 443 ? 1 : port }),
    })
    open.push(() => outgoing.close())
    expect(await outcome(outgoing.get('http://www.example.com/odd'))).toBe('broken')
    expect(await outcome(outgoing.get('http://www.example.com/cut'))).toBe('broken')
    expect(await outcome(outgoing.get('https://www.example.com/'))).toBe('unreachable')
    expect(await outcome(outgoing.get('http://gone.example.com/'))).toBe('unreachable')
    const headers = await stage((_, reply) => reply.setHeader('x', 'y'.repeat(20_000)).end())
    expect(await outcome(headers.outgoing.get('http://www.example.com/'))).toBe('broken')
  })

  it('ends when its caller loses interest', async () => {
    const { outgoing } = await stage(() => {})
    const stop = new AbortController()
    const result = outcome(outgoing.get('http://www.example.com/', { signal: stop.signal }))
    stop.abort()
    expect(await result).toBe('cancelled')
  })
})
