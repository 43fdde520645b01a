/** Notices by mail: to whom they go, when, once, and how they are switched off. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { clients, outbox, requests, turns } from '../../server/store/records.ts'
import { append, settle, update } from '../../server/store/store.ts'
import { call, password, startServer, type TestServer } from '../support/server.ts'
import { linkOf, mailEnv, openPostOffice, type PostOffice } from './post-office.ts'

const day = 86_400_000
let office: PostOffice
let server: TestServer
/** A Wednesday. */
let at = Date.parse('2026-03-11T12:00:00.000Z')
beforeAll(async () => {
  office = await openPostOffice()
  server = await startServer({ now: () => new Date(at), env: mailEnv(office, { OPERATOR_MAIL: 'ops@parley.example' }) })
})
afterAll(async () => {
  await server.close()
  await office.close()
})
afterEach(() => {
  office.mails.length = 0
})

/** Sends what waits; what is sent already counts too. */
async function delivered() {
  await expect
    .poll(async () => {
      await server.tick()
      return server.store.table(outbox).size
    })
    .toBe(0)
  return office.mails
}
const subjects = async (address: string) => {
  await delivered()
  return office.to(address).map(({ mail }) => mail.subject)
}

async function open(options: { confirmed?: boolean; company?: string } = {}) {
  const { confirmed = true, company = 'Quay Books' } = options
  const email = `reader-${Math.random().toString(36).slice(2)}@example.com`
  const body = { company_name: company, email, password }
  const made = await call(server.base, 'POST', '/api/clients/register', body)
  const signedIn = await call(server.base, 'POST', '/api/clients/authenticate', { email, password })
  const session = { Authorization: `Bearer ${signedIn.body.session_token}` }
  const id: string = made.body.client_id
  if (confirmed)
    await server.store.commit([
      update(clients, id, { email_verified_at: new Date(at).toISOString(), pending_email: '' }),
    ])
  await delivered()
  office.mails.length = 0
  return {
    id,
    email,
    ask: (method: string, path: string, sent?: unknown) => call(server.base, method, path, sent, session),
    key: (method: string, path: string, sent?: unknown) =>
      call(server.base, method, path, sent, { 'X-API-Key': made.body.api_key }),
  }
}
type Client = Awaited<ReturnType<typeof open>>

const leave = (client: Client, lead: Record<string, string> = {}) =>
  client.key('POST', '/api/leads', { name: 'Ada', email: 'ada@visitor.example', message: 'Call me\nplease', ...lead })

describe('a lead', () => {
  it('reaches the client, who answers it by answering the mail', async () => {
    const client = await open()
    expect((await leave(client)).status).toBe(201)
    await delivered()
    const [received] = office.to(client.email)
    expect(received!.mail.subject).toBe('Ada wants to hear from you')
    expect(received!.mail.replyTo).toEqual([{ address: 'ada@visitor.example', name: '' }])
    expect(received!.mail.text).toContain('> Call me\n> please')
  })

  it('is not mailed to an address that nobody confirmed, nor when it is switched off', async () => {
    const stranger = await open({ confirmed: false })
    await leave(stranger)
    const quiet = await open()
    expect((await quiet.ask('PATCH', '/api/account/notices', { leads: false })).body.leads).toBe(false)
    await leave(quiet)
    await delivered()
    expect(office.mails).toEqual([])
  })

  it('goes to another address once its owner said yes, and back when the client likes', async () => {
    const client = await open()
    const asked = await client.ask('PATCH', '/api/account/notices', { leads_to: 'Desk@example.com' })
    expect(asked.body).toMatchObject({ leads_to: '', leads_to_pending: 'desk@example.com' })
    await leave(client)
    expect(await subjects(client.email)).toEqual(['Ada wants to hear from you'])
    const { token } = linkOf(office.to('desk@example.com')[0]!, 'confirm')
    expect((await call(server.base, 'POST', '/api/auth/confirm', { token })).body.what).toBe('notices')
    await leave(client, { name: 'Bea' })
    expect(await subjects('desk@example.com')).toContain('Bea wants to hear from you')
    const back = await client.ask('PATCH', '/api/account/notices', { leads_to: '' })
    expect(back.body).toMatchObject({ leads_to: '', leads_to_pending: '' })
    await leave(client, { name: 'Cleo' })
    expect(await subjects(client.email)).toContain('Cleo wants to hear from you')
  })

  it('that was deleted before the mail went out is not mailed', async () => {
    const client = await open()
    await office.close()
    const { body } = await leave(client)
    await server.tick()
    expect((await client.ask('DELETE', `/api/leads/${body.lead_id}`)).status).toBe(200)
    await office.open()
    at += 60_000
    await delivered()
    expect(office.mails).toEqual([])
  })

  it('cannot forge headers, whatever a visitor types', async () => {
    const client = await open()
    await leave(client, {
      name: 'Ada <b>"\'\u2028Bcc: all@example.com',
      message: '</blockquote><script>alert(1)</script>',
    })
    await delivered()
    const [received] = office.to(client.email)
    expect(received!.to).toEqual([client.email])
    expect(Object.keys(received!.headers)).not.toContain('bcc')
    expect(received!.mail.html).not.toMatch(/<script|<b>/)
    const refused = await leave(client, { name: 'Ada\r\nBcc: all@example.com' })
    expect(refused.status).toBe(400)
  })
})

describe('one click', () => {
  it('in the mail program switches a notice off, as often as it is sent, and no other', async () => {
    const client = await open()
    await leave(client)
    await delivered()
    const { headers } = office.to(client.email)[0]!
    const url = /^<(https?:[^>]+)>$/.exec(headers['list-unsubscribe']!)![1]!
    expect(headers['list-unsubscribe-post']).toBe('List-Unsubscribe=One-Click')
    expect(url.startsWith(`${server.base}/mail/off/`)).toBe(true)

    const looked = await fetch(url, { redirect: 'manual' })
    expect([looked.status, looked.headers.get('location')]).toEqual([
      302,
      `/portal/notices-off#${url.split('/').at(-1)}`,
    ])
    expect((await client.ask('GET', '/api/account/notices')).body.leads).toBe(true)
    for (let i = 0; i < 2; i++) {
      const clicked = await fetch(url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        body: 'List-Unsubscribe=One-Click',
      })
      expect([clicked.status, (await clicked.json()).notice]).toEqual([200, 'leads'])
    }
    expect((await client.ask('GET', '/api/account/notices')).body).toMatchObject({
      leads: false,
      usage: true,
      summary: true,
    })
    expect((await fetch(`${url}x`, { method: 'POST' })).status).toBe(400)
  })
})

describe('the month’s requests', () => {
  const ask = async (client: Client, times: number) => {
    for (let i = 0; i < times; i++) await client.key('POST', '/api/chat', { message: 'Are there boats?' })
  }

  it('are told of at 80 and at 100 percent, once each, and anew with a larger limit', async () => {
    const client = await open()
    await server.store.commit([update(clients, client.id, { monthly_requests: 10 })])
    await ask(client, 7)
    expect(await subjects(client.email)).toEqual([])
    await ask(client, 2)
    expect(await subjects(client.email)).toEqual(['80 % of this month’s questions are used'])
    await ask(client, 3)
    expect(await subjects(client.email)).toEqual([
      '80 % of this month’s questions are used',
      'This month’s questions are used up',
    ])
    await server.store.commit([update(clients, client.id, { monthly_requests: 12 })])
    await ask(client, 1)
    expect((await subjects(client.email)).filter(subject => subject!.startsWith('80'))).toHaveLength(2)
  })

  it('are told of once, however many come at a time', async () => {
    const client = await open()
    const reservation = server.store.counter(requests).reserve(client.id, '2026-03', 795, 1000)!
    await server.store.commit([settle(reservation)])
    await Promise.all(
      Array.from({ length: 20 }, () => client.key('POST', '/api/chat', { message: 'Are there boats?' })),
    )
    expect(await subjects(client.email)).toEqual(['80 % of this month’s questions are used'])
  })
})

describe('the operator', () => {
  it('is told of a plan that is asked for, at registration or later', async () => {
    const client = await open()
    await client.ask('POST', '/api/account/plan', { plan: 'premium' })
    await call(server.base, 'POST', '/api/clients/register', {
      company_name: 'Mole & Sons',
      email: 'mole@example.com',
      password,
      plan: 'basic',
    })
    expect(await subjects('ops@parley.example')).toEqual([
      'Quay Books asks for the premium plan',
      'Mole & Sons asks for the basic plan',
    ])
    expect(office.to('ops@parley.example')[0]!.mail.text).toContain(client.id)
  })
})

describe('the safety of an account', () => {
  it('is told of: a new key, a replaced one, a new password', async () => {
    const client = await open()
    const made = await client.ask('POST', '/api/keys', { name: 'Till' })
    await client.ask('POST', `/api/keys/${made.body.key.id}/rotate`)
    await client.ask('POST', '/api/account/password', { password, new_password: 'another quiet harbour' })
    expect((await subjects(client.email)).sort()).toEqual([
      'A new secret key for your account',
      'A new secret key for your account',
      'Your password was changed',
    ])
    for (const { raw, mail } of office.to(client.email)) {
      expect(raw).not.toContain(made.body.api_key)
      expect(mail.text).toContain('127.0.0.1')
    }
    expect(office.to(client.email)[0]!.headers['list-unsubscribe']).toBeUndefined()
  })
})

describe('the week', () => {
  const said = (client: Client, daysAgo: number, message: string, kind = 'refusal') =>
    append(
      turns,
      {
        timestamp: new Date(at - daysAgo * day).toISOString(),
        turn_id: `turn_${Math.random().toString(36).slice(2)}`,
        client_id: client.id,
        session_id: 's',
        message,
        response: '',
        answered: kind === 'answer',
        confidence: 0,
        sources: [],
        why: {},
        lang: 'en',
        channel: 'public',
        origin: '',
        kind,
        ms: 1,
        page: '',
      },
      client.id,
    )

  it('is summed up on Monday morning, once, for those who want it and had questions', async () => {
    // A Monday, too early.
    at = Date.parse('2026-03-16T06:59:00.000Z')
    const [busy, quiet, unwilling] = [await open(), await open(), await open()]
    await unwilling.ask('PATCH', '/api/account/notices', { summary: false })
    for (const client of [busy, unwilling])
      await server.store.commit([
        said(client, 8, 'Too long ago?'),
        said(client, 5, 'Do you rent punts?'),
        said(client, 4, 'What is a keel?', 'answer'),
        said(client, 3, 'do you  rent punts'),
        said(client, 2, 'Is there tea?'),
      ])
    await leave(busy)
    await delivered()
    // Clients of the tests above have weeks of their own.
    const mine = [busy.email, quiet.email, unwilling.email]
    const summaries = () =>
      office.mails.filter(({ to, mail }) => mine.includes(to[0]!) && /week/.test(mail.subject ?? ''))
    expect(summaries()).toEqual([])

    at = Date.parse('2026-03-16T07:00:00.000Z')
    for (let i = 0; i < 3; i++) await server.tick()
    await delivered()
    const weeks = summaries()
    expect(weeks.map(({ to, mail }) => [to[0], mail.subject])).toEqual([[busy.email, 'Your bot’s week: 4 questions']])
    const { text } = weeks[0]!.mail
    expect(text).toContain('9 March to 15 March')
    expect(text).toContain('Answered: 1 (25 %)')
    expect(text).toContain('- Do you rent punts? (2 times)\n- Is there tea?')
    expect(text).not.toContain('Too long ago?')
    expect(office.to(quiet.email)).toEqual([])

    const { token } = linkOf(weeks[0]!, 'notices-off')
    await call(server.base, 'POST', `/mail/off/${token}`)
    at += 7 * day
    await server.store.commit([said(busy, 2, 'Anything new?')])
    office.mails.length = 0
    await server.tick()
    await delivered()
    expect(summaries()).toEqual([])
  })
})
