/** createMail(deps): the room of mail, made from its parts. Without SMTP_URL it takes everything and sends nothing. */
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import type { Store } from '../store/store.ts'
import { createCompose } from './letter.ts'
import { createNoticeBoard, type NoticeBoard } from './notice.ts'
import { createPost, type Post } from './post.ts'
import { createSender, type Sender, type SenderStatus } from './sender.ts'
import { createMailTokens, type MailTokens } from './token.ts'
import { createSmtpTransport } from './transport.ts'

export interface MailRoom {
  post: Post
  tokens: MailTokens
  board: NoticeBoard
  start(): void
  tick(): Promise<number>
  /** Null where no mail is sent. */
  status(): SenderStatus | null
  close(): Promise<void>
}

export interface MailDeps {
  store: Store
  config: Config
  log: Pick<Logger, 'warn' | 'error'>
  now: () => Date
  newId: () => string
}

export function createMail({ store, config, log, now, newId }: MailDeps): MailRoom {
  let dropped = 0
  const tokens = createMailTokens({ store, now })
  const post = createPost({
    store,
    now,
    newId,
    config: config.mail,
    dropped(kind) {
      dropped++
      log.warn({ kind }, 'a mail found no place: too many wait already')
    },
  })
  const board = createNoticeBoard({ store, post, tokens, now })
  let sender: Sender | undefined
  if (config.mail) {
    const { mail, publicUrl } = config
    sender = createSender({
      store,
      transport: createSmtpTransport(mail),
      compose: createCompose({ store, config: { mail, publicUrl }, tokens }),
      now,
      log,
      dropped: () => dropped,
    })
  }
  return {
    post,
    tokens,
    board,
    start: () => sender?.start(),
    tick: async () => (await sender?.tick()) ?? 0,
    status: () => sender?.status() ?? null,
    close: async () => sender?.close(),
  }
}
