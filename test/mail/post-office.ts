/** A real SMTP server that keeps what it gets, and refuses, dawdles or goes away when told to. */
import type { AddressInfo } from 'node:net'
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

export interface Received {
  to: string[]
  from: string
  /** As it came over the wire. */
  raw: string
  mail: Email
  /** Of List-Unsubscribe and its like, by lower-case name. */
  headers: Record<string, string>
}

export interface PostOffice {
  readonly port: number
  readonly mails: Received[]
  /** An SMTP reply such as 451 or 550 at a stage; it goes on until it is taken away. */
  refuse: { stage: 'from' | 'to' | 'data'; code: number; only?: string } | undefined
  /** Takes connections and mails, and never says a word more. */
  silent: boolean
  /** Connections that were opened. */
  connections: number
  /** The mails to an address, with a subject. */
  to(address: string, subject?: RegExp): Received[]
  /** Stops listening; `open` begins again on the same port. */
  close(): Promise<void>
  open(): Promise<void>
}

export async function openPostOffice(options: SMTPServerOptions = {}): Promise<PostOffice> {
  let server: SMTPServer | undefined
  let port = 0
  const refusal = (stage: string, address?: string) => {
    const { refuse } = office
    if (refuse?.stage !== stage || (refuse.only && address !== undefined && refuse.only !== address)) return undefined
    return Object.assign(new Error('Not today'), { responseCode: refuse.code })
  }
  const office: PostOffice = {
    get port() {
      return port
    },
    mails: [],
    refuse: undefined,
    silent: false,
    connections: 0,
    to: (address, subject) =>
      office.mails.filter(({ to, mail }) => to.includes(address) && (!subject || subject.test(mail.subject ?? ''))),
    async open() {
      server = new SMTPServer({
        authOptional: true,
        disabledCommands: ['STARTTLS'],
        logger: false,
        onConnect(_, done) {
          office.connections++
          if (!office.silent) done()
        },
        onMailFrom: (_, __, done) => done(refusal('from')),
        onRcptTo: ({ address }, _, done) => done(refusal('to', address)),
        onData(stream, session, done) {
          const chunks: Buffer[] = []
          stream.on('data', chunk => chunks.push(chunk))
          stream.on('end', () => {
            const refused = refusal('data')
            if (refused) return done(refused)
            const raw = Buffer.concat(chunks).toString('utf8')
            PostalMime.parse(raw).then(mail => {
              const { mailFrom, rcptTo } = session.envelope
              office.mails.push({
                to: rcptTo.map(({ address }) => address),
                from: mailFrom ? mailFrom.address : '',
                raw,
                mail,
                headers: Object.fromEntries(mail.headers.map(({ key, value }) => [key, value])),
              })
              done()
            }, done)
          })
        },
        ...options,
      })
      server.on('error', () => {
        // A client that goes away in the middle is part of the tests.
      })
      await new Promise<void>(done => server!.listen(port, '127.0.0.1', done))
      port = (server.server.address() as AddressInfo).port
    },
    close: () => new Promise<void>(done => (server ? server.close(() => done()) : done())),
  }
  await office.open()
  return office
}

/** The one link of a mail to a page of the portal, and its token. */
export function linkOf({ mail }: Received, page: string): { url: string; token: string } {
  const [url, token] = new RegExp(`https?://[^\\s"<>]+/${page}[#/]([\\w-]+)`).exec(mail.text ?? '') ?? []
  if (!url || !token) throw new Error(`no link to ${page} in: ${mail.text}`)
  return { url, token }
}

export const codeOf = ({ mail }: Received): string => /[A-Z2-9]{4}-[A-Z2-9]{4}/.exec(mail.text ?? '')?.[0] ?? ''

/** Settings of a server that sends its mails here. */
export const mailEnv = (office: PostOffice, more: Record<string, string> = {}) => ({
  SMTP_URL: `smtp://127.0.0.1:${office.port}`,
  MAIL_FROM: 'Parley <bot@parley.example>',
  ...more,
})
