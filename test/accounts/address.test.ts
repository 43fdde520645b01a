/** Confirming addresses and forgotten passwords, with real mails. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { clients, keys, mailTokens, outbox } from '../../server/store/records.ts'
import { codeOf, linkOf, mailEnv, openPostOffice, type PostOffice } from '../mail/post-office.ts'
import { call, password, startServer, type TestServer } from '../support/server.ts'

const hour = 3_600_000
let office: PostOffice
let server: TestServer
let at = Date.parse('2026-03-10T12:00:00.000Z')
beforeAll(async () => {
  office = await openPostOffice()
  server = await startServer({ now: () => new Date(at), env: mailEnv(office) })
})
afterAll(async () => {
  await server.close()
  await office.close()
})
afterEach(() => {
  office.mails.length = 0
})

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  call(server.base, 'POST', path, body, headers)
let people = 0
const freshAddress = () => `reader${++people}@example.com`

/** An account, signed in. */
async function open(email = freshAddress(), headers: Record<string, string> = {}) {
  const made = await post('/api/clients/register', { company_name: 'Quay Books', email, password }, headers)
  const signedIn = await post('/api/clients/authenticate', { email, password })
  const Authorization = `Bearer ${signedIn.body.session_token}`
  return {
    email,
    id: made.body.client_id as string,
    key: made.body.api_key as string,
    ask: (method: string, path: string, body?: unknown) => call(server.base, method, path, body, { Authorization }),
  }
}
async function mailTo(address: string, subject: RegExp) {
  await server.tick()
  const found = office.to(address, subject)
  expect(found).toHaveLength(1)
  return found[0]!
}
const confirmed = async () => {
  const client = await open()
  const { token } = linkOf(await mailTo(client.email, /confirm/), 'confirm')
  expect((await post('/api/auth/confirm', { token })).status).toBe(200)
  return client
}
const invalid = { status: 400, body: { code: 'token_invalid' } }
const row = (email: string) => server.store.table(clients).find('email', email)

describe('a new account', () => {
  it('answers at once, and is asked to confirm its address, which one POST does once', async () => {
    const client = await open()
    expect((await client.ask('GET', '/api/auth/me')).body.account).toMatchObject({
      email_verified: false,
      pending_email: '',
    })
    const taught = await post(
      '/api/knowledge/add',
      { content: 'We are open until eight on Thursdays.' },
      { 'X-API-Key': client.key },
    )
    expect(taught.status).toBe(200)
    const asked = await post('/api/chat', { message: 'Open on Thursdays?' }, { 'X-API-Key': client.key })
    expect([asked.status, asked.body.answered]).toEqual([200, true])

    const { token } = linkOf(await mailTo(client.email, /confirm/), 'confirm')
    expect((await post('/api/auth/confirm', { token })).body).toEqual({
      success: true,
      what: 'verify',
      email: client.email,
    })
    expect((await client.ask('GET', '/api/account')).body.email_verified).toBe(true)
    expect(await post('/api/auth/confirm', { token })).toMatchObject(invalid)
    const { body } = await client.ask('GET', '/api/account/audit')
    expect(body.data[0]).toMatchObject({ action: 'email_confirmed', via: 'open' })
  })

  it('may type the code instead, as it likes, but not that of another account', async () => {
    const [client, other] = [await open(), await open()]
    const code = codeOf(await mailTo(client.email, /confirm/))
    expect(code).toMatch(/^[2-9A-Z]{4}-[2-9A-Z]{4}$/)
    expect(await other.ask('POST', '/api/account/confirm', { code })).toMatchObject(invalid)
    expect((await post('/api/account/confirm', { code })).status).toBe(401)
    const typed = ` ${code.toLowerCase().replace('-', ' ')} `
    expect((await client.ask('POST', '/api/account/confirm', { code: typed })).status).toBe(200)
    expect(await client.ask('POST', '/api/account/confirm', { code })).toMatchObject(invalid)
  })

  it('can have the mail sent again, and either link works, once', async () => {
    const client = await open()
    await server.tick()
    expect((await client.ask('POST', '/api/account/confirm/send')).status).toBe(202)
    await server.tick()
    const [first, second] = office.to(client.email, /confirm/).map(mail => linkOf(mail, 'confirm').token)
    expect(second).not.toBe(first)
    expect((await post('/api/auth/confirm', { token: first })).status).toBe(200)
    expect(await post('/api/auth/confirm', { token: second })).toMatchObject(invalid)
    expect((await client.ask('POST', '/api/account/confirm/send')).status).toBe(409)
  })

  it('is confirmed by no GET of the link, which a mail scanner follows', async () => {
    const client = await open()
    const { url, token } = linkOf(await mailTo(client.email, /confirm/), 'confirm')
    for (let i = 0; i < 3; i++) expect((await fetch(url)).status).toBe(200)
    expect((await call(server.base, 'GET', `/api/auth/confirm?token=${token}`)).status).toBe(405)
    expect(row(client.email)!.email_verified_at).toBe('')
    expect((await post('/api/auth/confirm', { token })).status).toBe(200)
  })
})

describe('a token', () => {
  it.each([
    ['null', null, 400],
    ['empty', '', 400],
    ['spaces', '  ', 400],
    ['a number', 7, 400],
    ['a list', [''], 400],
    ['too long', 'x'.repeat(500), 400],
    ['__proto__', '__proto__', 400],
    ['never given out', 'A'.repeat(43), 400],
  ])('that is %s is refused', async (_, token, status) => {
    expect((await post('/api/auth/confirm', { token })).status).toBe(status)
    expect((await post('/api/auth/reset', { token, password: 'a harbour in the morning' })).status).toBe(status)
  })

  it('is kept as a hash, and the outbox holds none', async () => {
    const client = await open()
    const waiting = [...server.store.table(outbox).all()]
    const { token } = linkOf(await mailTo(client.email, /confirm/), 'confirm')
    expect(JSON.stringify([waiting, [...server.store.table(mailTokens).all()]])).not.toContain(token)
  })

  it('opens one purpose only', async () => {
    const client = await confirmed()
    await post('/api/auth/forgot', { email: client.email })
    const { token } = linkOf(await mailTo(client.email, /new password/), 'reset')
    expect(await post('/api/auth/confirm', { token })).toMatchObject(invalid)
    expect(await post(`/mail/off/${token}`, undefined)).toMatchObject(invalid)
    const other = await open()
    const { token: confirm } = linkOf(await mailTo(other.email, /confirm/), 'confirm')
    expect(await post('/api/auth/reset', { token: confirm, password: 'a harbour in the morning' })).toMatchObject(
      invalid,
    )
  })

  it('used by fifty at once lets one of them through', async () => {
    const client = await open()
    const { token } = linkOf(await mailTo(client.email, /confirm/), 'confirm')
    const replies = await Promise.all(Array.from({ length: 50 }, () => post('/api/auth/confirm', { token })))
    expect(replies.map(({ status }) => status).sort()).toEqual([200, ...Array(49).fill(400)])

    await post('/api/auth/forgot', { email: client.email })
    const reset = linkOf(await mailTo(client.email, /new password/), 'reset').token
    const resets = await Promise.all(
      Array.from({ length: 50 }, (_, i) => post('/api/auth/reset', { token: reset, password: `harbour number ${i}` })),
    )
    expect(resets.map(({ status }) => status).sort()).toEqual([200, ...Array(49).fill(400)])
    const winner = resets.findIndex(({ status }) => status === 200)
    const signedIn = await post('/api/clients/authenticate', {
      email: client.email,
      password: `harbour number ${winner}`,
    })
    expect(signedIn.status).toBe(200)
  })
})

describe('a forgotten password', () => {
  it('is set anew with a link, and everybody else is signed out', async () => {
    const client = await confirmed()
    expect((await post('/api/auth/forgot', { email: ` ${client.email.toUpperCase()}` })).status).toBe(202)
    const { token } = linkOf(await mailTo(client.email, /Set a new password/), 'reset')
    const weak = await post('/api/auth/reset', { token, password: '12345678' })
    expect(weak).toMatchObject({ status: 400, body: { code: 'weak_password', errors: [{ pointer: '#/password' }] } })
    expect((await post('/api/auth/reset', { token, password: 'a harbour in the morning' })).status).toBe(200)
    expect((await client.ask('GET', '/api/auth/me')).status).toBe(401)
    expect((await post('/api/clients/authenticate', { email: client.email, password })).status).toBe(401)
    const again = await post('/api/clients/authenticate', { email: client.email, password: 'a harbour in the morning' })
    expect(again.status).toBe(200)
    expect(await post('/api/auth/reset', { token, password: 'yet another harbour' })).toMatchObject(invalid)
    expect((await mailTo(client.email, /was changed/)).mail.text).toContain('127.0.0.1')
    // A confirmed account keeps its keys.
    expect((await call(server.base, 'GET', '/api/usage', undefined, { 'X-API-Key': client.key })).status).toBe(200)
  })

  it('has an hour for its link', async () => {
    const client = await confirmed()
    await post('/api/auth/forgot', { email: client.email })
    const { token } = linkOf(await mailTo(client.email, /new password/), 'reset')
    at += hour
    expect(await post('/api/auth/reset', { token, password: 'a harbour in the morning' })).toMatchObject(invalid)
  })

  it('gets the same reply for an address without an account, and for one whose account is closed', async () => {
    const client = await confirmed()
    const known = await post('/api/auth/forgot', { email: client.email })
    await mailTo(client.email, /new password/)
    const unknown = await post('/api/auth/forgot', { email: 'nobody.at.all@example.com' })
    await server.store.commit([{ op: 'update', table: clients, key: client.id, set: { is_active: false } }])
    const closed = await post('/api/auth/forgot', { email: client.email })
    const shown = ({ status, body, headers }: typeof known) => [status, body, [...headers.keys()].sort()]
    expect(shown(unknown)).toEqual(shown(known))
    expect(shown(closed)).toEqual(shown(known))
    await server.tick()
    expect(office.mails.filter(({ mail }) => mail.subject === 'Set a new password')).toHaveLength(1)
    expect([...server.store.table(outbox).all()].filter(row => row.kind === 'nobody')).toEqual([])
  })

  it('makes links from PUBLIC_URL, whatever the request says', async () => {
    const client = await confirmed()
    await post(
      '/api/auth/forgot',
      { email: client.email },
      { 'X-Forwarded-Host': 'evil.example', Forwarded: 'host=evil.example' },
    )
    const received = await mailTo(client.email, /new password/)
    expect(received.raw).not.toContain('evil.example')
    expect(linkOf(received, 'reset').url.startsWith(`${server.base}/portal/reset#`)).toBe(true)
  })

  it('of an account that somebody else opened with the address gives it to its owner, and nothing of it to them', async () => {
    const victim = freshAddress()
    const stranger = await open(victim)
    await server.tick()
    await post('/api/auth/forgot', { email: victim })
    const { token } = linkOf(await mailTo(victim, /new password/), 'reset')
    expect((await post('/api/auth/reset', { token, password: 'a harbour in the morning' })).status).toBe(200)
    expect((await stranger.ask('GET', '/api/auth/me')).status).toBe(401)
    expect((await call(server.base, 'GET', '/api/usage', undefined, { 'X-API-Key': stranger.key })).status).toBe(401)
    expect(row(victim)!.email_verified_at).not.toBe('')
    expect([...server.store.table(keys).all()].filter(key => key.client_id === stranger.id && !key.revoked_at)).toEqual(
      [],
    )
  })
})

describe('registering a known address', () => {
  it('gets the reply of an unknown one, and the owner is told', async () => {
    const client = await confirmed()
    const body = (email: string) => ({ company_name: 'Another', email, password: 'some other sentence' })
    const known = await post('/api/clients/register', body(client.email))
    const unknown = await post('/api/clients/register', body(freshAddress()))
    const shape = ({ status, body: { client_id, api_key, ...rest }, headers }: typeof known) => [
      status,
      client_id.replace(/[\w-]{16}$/, ''),
      api_key.length,
      rest,
      [...headers.keys()].sort(),
    ]
    expect(shape(known)).toEqual(shape(unknown))
    expect(row(client.email)!.client_id).toBe(client.id)
    expect((await call(server.base, 'GET', '/api/usage', undefined, { 'X-API-Key': known.body.api_key })).status).toBe(
      401,
    )
    expect((await mailTo(client.email, /have an account already/)).mail.text).toContain(`${server.base}/portal/sign-in`)
  })

  it('leaves one account when several do so at once', async () => {
    const email = freshAddress()
    const replies = await Promise.all(
      Array.from({ length: 15 }, () => post('/api/clients/register', { company_name: 'Another', email, password })),
    )
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([201]))
    expect([...server.store.table(clients).all()].filter(client => client.email === email)).toHaveLength(1)
  })
})

describe('a change of the address', () => {
  it('waits for the new address to be confirmed, and tells the old one', async () => {
    const client = await confirmed()
    const next = freshAddress()
    const asked = await client.ask('POST', '/api/account/email', { password, email: next })
    expect(asked.body).toMatchObject({ email: client.email, pending_email: next, email_verified: true })
    expect((await post('/api/clients/authenticate', { email: next, password })).status).toBe(401)
    const { token } = linkOf(await mailTo(next, /new e-mail address/), 'confirm')
    expect((await post('/api/auth/confirm', { token })).body).toMatchObject({ what: 'change', email: next })
    expect((await client.ask('GET', '/api/account')).body).toMatchObject({ email: next, pending_email: '' })
    expect((await post('/api/clients/authenticate', { email: next, password })).status).toBe(200)
    expect((await mailTo(client.email, /was changed/)).mail.text).toContain(next)
  })

  it('can be taken back, and then its link opens nothing', async () => {
    const client = await confirmed()
    const next = freshAddress()
    await client.ask('POST', '/api/account/email', { password, email: next })
    const { token } = linkOf(await mailTo(next, /new e-mail address/), 'confirm')
    const back = await client.ask('POST', '/api/account/email', { password, email: client.email })
    expect(back.body).toMatchObject({ email: client.email, pending_email: '' })
    expect(await post('/api/auth/confirm', { token })).toMatchObject(invalid)
  })

  it('voids a link to a new password that the old address has', async () => {
    const client = await confirmed()
    await post('/api/auth/forgot', { email: client.email })
    const reset = linkOf(await mailTo(client.email, /new password/), 'reset').token
    const next = freshAddress()
    await client.ask('POST', '/api/account/email', { password, email: next })
    const { token } = linkOf(await mailTo(next, /new e-mail address/), 'confirm')
    await post('/api/auth/confirm', { token })
    expect(await post('/api/auth/reset', { token: reset, password: 'a harbour in the morning' })).toMatchObject(invalid)
  })

  it('to an address that has an account looks the same, and tells that one', async () => {
    const [client, owner] = [await confirmed(), await confirmed()]
    const known = await client.ask('POST', '/api/account/email', { password, email: owner.email })
    expect(known).toMatchObject({ status: 200, body: { email: client.email, pending_email: owner.email } })
    await mailTo(owner.email, /have an account already/)
    expect(office.to(owner.email, /new e-mail address/)).toEqual([])
    expect((await client.ask('POST', '/api/account/confirm/send')).status).toBe(202)
  })

  it('goes to one of two who want the same new address', async () => {
    const [one, two] = [await confirmed(), await confirmed()]
    const next = freshAddress()
    const tokens: string[] = []
    for (const client of [one, two]) {
      await client.ask('POST', '/api/account/email', { password, email: next })
      tokens.push(linkOf(await mailTo(next, /new e-mail address/), 'confirm').token)
      office.mails.length = 0
    }
    const replies = await Promise.all(tokens.map(token => post('/api/auth/confirm', { token })))
    expect(replies.map(({ body }) => body.code ?? 'confirmed').sort()).toEqual(['confirmed', 'email_taken'])
  })
})

describe('limits', () => {
  it('hold for strangers, for one mail address and for one account', async () => {
    const limited = await startServer({ env: { ...mailEnv(office), RATE_LIMITS: 'on' } })
    const ask = (path: string, body: unknown, headers: Record<string, string> = {}) =>
      call(limited.base, 'POST', path, body, headers)
    try {
      const email = freshAddress()
      await ask('/api/clients/register', { company_name: 'Quay Books', email, password })
      const statuses: number[] = []
      for (let i = 0; i < 21; i++) statuses.push((await ask('/api/auth/forgot', { email })).status)
      expect(statuses).toEqual([...Array(20).fill(202), 429])
      await limited.tick()
      expect(office.to(email, /new password/)).toHaveLength(5)

      const signedIn = await ask('/api/clients/authenticate', { email, password })
      const bearer = { Authorization: `Bearer ${signedIn.body.session_token}` }
      const resends: number[] = []
      for (let i = 0; i < 6; i++) resends.push((await ask('/api/account/confirm/send', undefined, bearer)).status)
      expect(resends).toEqual([202, 202, 202, 202, 202, 429])
      const codes: number[] = []
      for (let i = 0; i < 11; i++)
        codes.push((await ask('/api/account/confirm', { code: `AAAA-AAA${i}` }, bearer)).status)
      expect(codes).toEqual([...Array(10).fill(400), 429])
    } finally {
      await limited.close()
    }
  })
})

describe('without mail', () => {
  it('a taken address is said, an address changes at once, and a forgotten password leads to the operator', async () => {
    const plain = await startServer()
    try {
      const client = await plain.register()
      const again = await call(plain.base, 'POST', '/api/clients/register', {
        company_name: 'Another',
        email: client.email,
        password,
      })
      expect([again.status, again.body.code]).toEqual([409, 'email_taken'])
      const forgot = await call(plain.base, 'POST', '/api/auth/forgot', { email: client.email })
      expect([forgot.status, forgot.body.code]).toEqual([409, 'mail_off'])
      const signedIn = await call(plain.base, 'POST', '/api/clients/authenticate', { email: client.email, password })
      const bearer = { Authorization: `Bearer ${signedIn.body.session_token}` }
      const changed = await call(
        plain.base,
        'POST',
        '/api/account/email',
        { password, email: 'at.once@example.com' },
        bearer,
      )
      expect(changed.body).toMatchObject({ email: 'at.once@example.com', email_verified: null, pending_email: '' })
      expect(plain.store.table(outbox).size).toBe(0)
    } finally {
      await plain.close()
    }
  })
})
