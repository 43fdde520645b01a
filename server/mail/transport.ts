/** Hands one mail to the SMTP server, and says of a failure whose it is: the server's, for now, or this mail's for good. */
import type { SendMailOptions } from 'nodemailer'
import type { Mailbox, MailConfig } from '../config.ts'

export interface Envelope {
  to: Mailbox
  replyTo?: string | undefined
  subject: string
  text: string
  html: string
  /** Without angle brackets; the same at every attempt, so that a mail sent twice can be known as one. */
  messageId: string
  headers: Record<string, string>
}

export interface Transport {
  /** @throws MailFault */
  send(envelope: Envelope, signal: AbortSignal): Promise<void>
}

/** server: nothing can be sent at this time; later: this mail not yet; never: this mail will not be taken. */
export class MailFault extends Error {
  readonly blame: 'server' | 'later' | 'never'
  constructor(blame: MailFault['blame'], message: string) {
    super(message)
    this.name = 'MailFault'
    this.blame = blame
  }
}

const limits = { connectionTimeout: 10_000, greetingTimeout: 10_000, dnsTimeout: 10_000, socketTimeout: 20_000 }

export function createSmtpTransport(config: MailConfig): Transport {
  const options = {
    host: config.host,
    port: config.port,
    secure: config.tls === 'handshake',
    requireTLS: config.tls === 'starttls',
    ignoreTLS: config.tls === 'off',
    ...(config.user && { auth: { user: config.user, pass: config.password } }),
    disableFileAccess: true,
    disableUrlAccess: true,
    ...limits,
  }
  return {
    async send(envelope, signal) {
      // Loaded with the first mail: a server without any does not pay for it.
      const { createTransport } = await import('nodemailer')
      const { messageId, ...rest } = envelope
      const mail: SendMailOptions & { signal: AbortSignal } = {
        ...rest,
        from: config.from,
        messageId: `<${messageId}@${config.from.address.split('@')[1]}>`,
        // No answer is expected, and no out-of-office either (RFC 3834).
        headers: { 'Auto-Submitted': 'auto-generated', ...rest.headers },
        signal,
      }
      try {
        await createTransport(options).sendMail(mail)
      } catch (error) {
        throw faultOf(error as SmtpError)
      }
    },
  }
}

interface SmtpError extends Error {
  code?: string
  command?: string
  responseCode?: number
  response?: string
}

/** RFC 5321, 4.2.1: 4yz may succeed later, 5yz will not. What is said before the recipient is named concerns every mail. */
function faultOf(error: SmtpError): MailFault {
  const reply = error.responseCode ?? 0
  const said = oneLine(error.response || error.message)
  const aboutMail = error.command === 'RCPT TO' || error.command === 'DATA' || error.code === 'EMESSAGE'
  if (reply === 421 || !aboutMail || reply === 0) return new MailFault('server', serverSentence(error, said))
  if (reply >= 500 && reply !== 503) return new MailFault('never', `The mail was refused: ${said}`)
  return new MailFault('later', `The mail was not taken yet: ${said}`)
}

function serverSentence(error: SmtpError, said: string): string {
  if (error.code === 'EAUTH') return `The mail server refused the sign-in of SMTP_URL: ${said}`
  if (error.code === 'ETLS') return `The connection to the mail server could not be encrypted: ${said}`
  if (error.code === 'EABORT') return 'The mail server took too long.'
  return `The mail server could not be used: ${said}`
}

const oneLine = (text: string) => text.replace(/[\s\0-\x1f\x7f]+/g, ' ').slice(0, 300)
