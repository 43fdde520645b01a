/** Deutsch: die Seiten hinter dem Menü. */
import { account } from './account.ts'
import { analytics } from './analytics.ts'
import { bot } from './bot.ts'
import { conversations } from './conversations.ts'
import { improve } from './improve.ts'
import { integrate } from './integrate.ts'
import { knowledge } from './knowledge.ts'
import { mail } from './mail.ts'
import { review } from './review.ts'
import { sources } from './sources.ts'
import { welcome } from './welcome.ts'

export const pages = {
  ...account,
  ...analytics,
  ...bot,
  ...conversations,
  ...improve,
  ...integrate,
  ...knowledge,
  ...mail,
  ...review,
  ...sources,
  ...welcome,
}
