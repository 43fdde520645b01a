/** Mails are kept until they are sent, sent once they can be, and given up with a reason. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isMailAddress, readConfig } from '../../server/config.ts'
import { outbox } from '../../server/store/records.ts'
import { call, password, startServer, type TestServer } from '../support/server.ts'
import { mailEnv, openPostOffice, type PostOffice } from './post-office.ts'

let office: PostOffice
let server: TestServer | undefined
let at = Date.parse('2026-03-10T12:00:00.000Z')
const now = () => new Date(at)
const minutes = (n: number) => {
  at += n * 60_000
}
const hour = 60

beforeEach(async () => {
  at = Date.parse('2026-03-10T12:00:00.000Z')
  office = await openPostOffice()
})
afterEach(async () => {
  await server?.close()
  server = undefined
  await office.close()
})

const start = async (options: { dir?: string; env?: Record<string, string> } = {}) => {
  server = await startServer({ now, ...options, env: { ...mailEnv(office), ...options.env } })
  return server
}
let people = 0
const register = async (email = `ada${++people}@example.com`, headers: Record<string, string> = {}) => {
  const body = { company_name: 'Quay Books', email, password }
  const reply = await call(server!.base, 'POST', '/api/clients/register', body, headers)
  expect(reply.status).toBe(201)
  return email
}
const rows = () => [...server!.store.table(outbox).all()]

describe('a mail', () => {
  it('goes out as text and HTML, in the language of the browser, and leaves the outbox', async () => {
    await start()
    const email = await register(undefined, { 'Accept-Language': 'de-AT,de;q=0.9' })
    await server!.tick()
    const [received] = office.to(email)
    const { mail, raw } = received!
    expect(mail.subject).toBe('Bitte bestätigen Sie Ihre E-Mail-Adresse')
    expect(mail.from).toEqual({ address: 'bot@parley.example', name: 'Parley' })
    for (const part of [mail.text, mail.html]) {
      expect(part).toContain('Quay Books')
      expect(part).toContain(`${server!.base}/portal/confirm#`)
    }
    expect(raw).toMatch(/^Auto-Submitted: auto-generated\r$/m)
    expect(raw).toMatch(/^Message-ID: <mail_[\w-]+@parley\.example>\r$/im)
    await expect.poll(() => rows().length).toBe(0)
  })

  it('waits in the file while the mail server is away, and goes out after a restart', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'parley-mail-'))
    try {
      await office.close()
      await start({ dir })
      const email = await register()
      await server!.tick()
      expect(rows()).toMatchObject([{ kind: 'verify', address: email, state: 'waiting', attempts: 1 }])
      expect(rows()[0]!.reason).toMatch(/mail server could not be used/)
      const health = await call(server!.base, 'GET', '/api/health')
      expect(health.body.components.mail).toBe('waiting: 1 mails, the mail server is not usable')
      await server!.close()

      await office.open()
      await start({ dir })
      minutes(1)
      await server!.tick()
      await expect.poll(() => office.to(email).length).toBe(1)
      expect(rows()).toEqual([])
      expect((await call(server!.base, 'GET', '/api/health')).body.components.mail).toBe('ok')
    } finally {
      await server?.close()
      server = undefined
      await rm(dir, { recursive: true, force: true })
    }
  })

  it('is tried one at a time and ever later while the mail server is away', async () => {
    await start()
    await office.close()
    for (let i = 0; i < 5; i++) await register()
    await server!.tick()
    const tried = () => rows().reduce((sum, row) => sum + row.attempts, 0)
    // Two may have been under way before the first failed.
    expect(tried()).toBeLessThanOrEqual(2)
    const before = tried()
    await server!.tick()
    expect(tried()).toBe(before)
    minutes(0.2)
    await server!.tick()
    expect(tried()).toBe(before + 1)
    minutes(0.1)
    await server!.tick()
    expect(tried()).toBe(before + 1)
    await office.open()
    minutes(10)
    await server!.tick()
    expect(rows()).toEqual([])
    expect(office.mails).toHaveLength(5)
  })

  it.each([
    ['to', 451],
    ['data', 452],
  ] as const)('that is refused for now (%s %i) is sent later, others meanwhile', async (stage, code) => {
    await start()
    office.refuse = { stage, code }
    const email = await register()
    await server!.tick()
    expect(rows()).toMatchObject([{ attempts: 1, state: 'waiting' }])
    expect(rows()[0]!.reason).toContain(`${code}`)
    office.refuse = undefined
    const other = await register()
    await server!.tick()
    expect([office.to(other).length, office.to(email).length]).toEqual([1, 0])
    minutes(1.1)
    await server!.tick()
    expect(office.to(email)).toHaveLength(1)
  })

  it.each([
    ['to', 550],
    ['data', 554],
  ] as const)('that is refused for good (%s %i) is given up with the reason', async (stage, code) => {
    await start()
    office.refuse = { stage, code }
    await register()
    await server!.tick()
    expect(rows()).toMatchObject([{ state: 'failed', attempts: 0 }])
    expect(rows()[0]!.reason).toBe(`The mail was refused: ${code} Not today`)
    office.refuse = undefined
    minutes(24 * hour)
    await server!.tick()
    expect(office.mails).toEqual([])
    const metrics = await call(server!.base, 'GET', '/metrics')
    expect(metrics.body).toMatch(/^parley_mail_failed 1$/m)
    expect(metrics.body).toMatch(/^parley_mail_waiting 0$/m)
  })

  it('waits when the sender itself is refused: that is a setting to mend, not the mail', async () => {
    await start()
    office.refuse = { stage: 'from', code: 550 }
    const email = await register()
    await server!.tick()
    expect(rows()).toMatchObject([{ state: 'waiting' }])
    office.refuse = undefined
    minutes(1)
    await server!.tick()
    expect(office.to(email)).toHaveLength(1)
  })

  it('is given up after some days, and forgotten a month later', async () => {
    await start()
    await office.close()
    await register()
    for (let i = 0; i < 8; i++) {
      await server!.tick()
      minutes(12 * hour)
    }
    expect(rows()).toMatchObject([{ state: 'failed' }])
    expect(rows()[0]!.reason).toMatch(/mail server could not be used/)
    minutes(31 * 24 * hour)
    await server!.store.checkpoint()
    expect(rows()).toEqual([])
    await office.open()
  })

  it('whose account is gone is not sent', async () => {
    await start()
    await office.close()
    await register()
    await server!.tick()
    const [row] = rows()
    await server!.store.purge('client_id', row!.client_id)
    expect(rows()).toEqual([])
    await office.open()
  })
})

describe('the mail server', () => {
  it('is not spoken to in the clear where TLS is demanded', async () => {
    await start({ env: { SMTP_URL: `smtp://user:secret-of-mine@127.0.0.1:${office.port}?tls=required` } })
    await register()
    await server!.tick()
    expect(rows()).toMatchObject([{ state: 'waiting', attempts: 1 }])
    expect(rows()[0]!.reason).toMatch(/could not be encrypted/)
    expect(rows()[0]!.reason).not.toContain('secret-of-mine')
    expect(office.mails).toEqual([])
  })

  it('is not trusted with a certificate that nobody vouches for', async () => {
    const secure = await openPostOffice({ secure: true, disabledCommands: [] })
    try {
      await start({ env: { SMTP_URL: `smtps://127.0.0.1:${secure.port}` } })
      await register()
      await server!.tick()
      expect(rows()).toMatchObject([{ state: 'waiting', attempts: 1 }])
      expect(secure.mails).toEqual([])
    } finally {
      await secure.close()
    }
  })

  it('that refuses the sign-in keeps mails waiting, with a sentence that names the setting', async () => {
    const guarded = await openPostOffice({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: ({ username, password: word }, _, done) =>
        username === 'parley' && word === 'p@ss' ? done(null, { user: username }) : done(new Error('No')),
    })
    try {
      await start({ env: { SMTP_URL: `smtp://parley:wrong@127.0.0.1:${guarded.port}` } })
      await register()
      await server!.tick()
      expect(rows()[0]!.reason).toMatch(/refused the sign-in of SMTP_URL/)
      expect(rows()[0]!.reason).not.toContain('wrong')
      await server!.close()
      await start({ env: { SMTP_URL: `smtp://parley:p%40ss@127.0.0.1:${guarded.port}` } })
      const email = await register()
      await server!.tick()
      expect(guarded.to(email)).toHaveLength(1)
    } finally {
      await guarded.close()
    }
  })

  it('that says nothing holds up neither registrations nor the stop of the server', async () => {
    office.silent = true
    await start()
    await register()
    void server!.tick()
    await expect.poll(() => office.connections).toBeGreaterThan(0)
    await register()
    const health = await call(server!.base, 'GET', '/api/health')
    expect(health.status).toBe(200)
    await server!.close()
    server = undefined
    office.silent = false
  })
})

describe('a header', () => {
  it('cannot be made by what clients and visitors type', async () => {
    await start()
    const email = await register()
    const nasty = 'Quay\u2028Books <b>&"\'</b> Bcc: all@example.com'
    const signedIn = await call(server!.base, 'POST', '/api/clients/authenticate', { email, password })
    const bearer = { Authorization: `Bearer ${signedIn.body.session_token}` }
    await call(server!.base, 'PATCH', '/api/account', { company_name: nasty }, bearer)
    await call(server!.base, 'POST', '/api/auth/forgot', { email })
    await server!.tick()
    const [reset] = office.to(email, /new password/)
    expect(reset!.to).toEqual([email])
    expect(reset!.mail.html).toContain('&lt;b&gt;&amp;&quot;&#39;&lt;/b&gt; Bcc: all@example.com')
    expect(reset!.mail.html).not.toContain('<b>&')
    expect(Object.keys(reset!.headers)).not.toContain('bcc')
  })

  it.each([
    'a@b.example\r\nBcc: x@example.com',
    'a@b.example, c@d.example',
    '"a b"@c.example',
    '<a@b.example>',
    'a@b.example\0',
    'a@',
    '@b.example',
    `${'a'.repeat(65)}@b.example`,
    '',
  ])('takes %j for no address', address => {
    expect(isMailAddress(address)).toBe(false)
  })
})

describe('settings of mail', () => {
  const complaint = (env: Record<string, string>) => {
    try {
      readConfig(env)
    } catch (error) {
      return (error as Error).message
    }
    return ''
  }
  const whole = {
    SMTP_URL: 'smtp://parley:p%40ss@mail.example.com',
    MAIL_FROM: 'Parley <bot@example.com>',
    PUBLIC_URL: 'https://chat.example.com',
  }

  it('are read into what they mean', () => {
    expect(readConfig({ ...whole, OPERATOR_MAIL: 'ops@example.com' }).mail).toEqual({
      host: 'mail.example.com',
      port: 587,
      tls: 'starttls',
      user: 'parley',
      password: 'p@ss',
      from: { name: 'Parley', address: 'bot@example.com' },
      operator: 'ops@example.com',
    })
    const tls = (url: string) => readConfig({ ...whole, SMTP_URL: url }).mail
    expect(tls('smtps://[::1]')).toMatchObject({ host: '::1', port: 465, tls: 'handshake' })
    expect(tls('smtp://localhost:25')).toMatchObject({ port: 25, tls: 'off' })
    expect(tls('smtp://localhost?tls=required')).toMatchObject({ tls: 'starttls' })
    expect(tls('smtp://mail.example.com?tls=off')).toMatchObject({ tls: 'off' })
    expect(readConfig({}).mail).toBeNull()
  })

  it.each([
    [{ ...whole, PUBLIC_URL: '' }, 'PUBLIC_URL'],
    [{ ...whole, MAIL_FROM: '' }, 'MAIL_FROM'],
    [{ ...whole, MAIL_FROM: 'Parley <bot@example.com>, x@example.com' }, 'MAIL_FROM'],
    [{ ...whole, MAIL_FROM: 'Parley\nBcc: x@example.com <bot@example.com>' }, 'MAIL_FROM'],
    [{ ...whole, OPERATOR_MAIL: 'me' }, 'OPERATOR_MAIL'],
    [{ ...whole, SMTP_URL: '' }, 'SMTP_URL'],
    [{ OPERATOR_MAIL: 'me@example.com' }, 'SMTP_URL'],
    [{ ...whole, SMTP_URL: 'mail.example.com' }, 'SMTP_URL'],
    [{ ...whole, SMTP_URL: 'https://mail.example.com' }, 'SMTP_URL'],
    [{ ...whole, SMTP_URL: 'smtp://u:secret-word@mail.example.com/inbox' }, 'SMTP_URL'],
    [{ ...whole, SMTP_URL: 'smtp://u:secret-word@mail.example.com?tls=maybe' }, 'off or required'],
    [{ ...whole, SMTP_URL: 'smtp://u:secret-word@mail.example.com?user=x' }, 'SMTP_URL'],
    [{ ...whole, SMTP_URL: 'smtps://mail.example.com?tls=off' }, 'smtp://'],
    [{ ...whole, SMTP_URL: 'smtp://u:secret-word%zz@mail.example.com' }, 'percent-encoded'],
  ])('%j are refused with a sentence', (env, named) => {
    const sentence = complaint(env)
    expect(sentence).toContain(named)
    expect(sentence).not.toContain('secret-word')
  })
})
