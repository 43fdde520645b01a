/** The portal's addresses and its menu. `router.tsx` says which page answers each address. */
import { t } from './text.ts'
import type { IconName } from './ui/icon.tsx'

export const paths = {
  overview: '/portal',
  signIn: '/portal/sign-in',
  register: '/portal/register',
  forgot: '/portal/forgot',
  reset: '/portal/reset',
  confirm: '/portal/confirm',
  noticesOff: '/portal/notices-off',
  welcome: '/portal/welcome',
  knowledge: '/portal/knowledge',
  sources: '/portal/sources',
  source: (id: string) => `/portal/sources/${encodeURIComponent(id)}`,
  review: '/portal/review',
  changedSources: '/portal/review/changed',
  categories: '/portal/categories',
  spreadsheet: '/portal/spreadsheet',
  newEntry: '/portal/knowledge/new',
  entry: (id: string) => `/portal/knowledge/${encodeURIComponent(id)}`,
  /** A new entry that begins with a question somebody asked. */
  answerTo: (question: string) => `/portal/knowledge/new?${new URLSearchParams({ question })}`,
  conversations: '/portal/conversations',
  conversation: (id: string) => `/portal/conversations/${encodeURIComponent(id)}`,
  leads: '/portal/leads',
  improve: '/portal/improve',
  badlyRated: '/portal/improve/rated',
  goldens: '/portal/improve/goldens',
  analytics: '/portal/analytics',
  tryBot: '/portal/try',
  bot: '/portal/bot',
  botPeople: '/portal/bot/people',
  botWhere: '/portal/bot/where',
  model: '/portal/model',
  integrate: '/portal/integrate',
  keys: '/portal/keys',
  account: '/portal/account',
  plan: '/portal/account/plan',
  apiDocs: '/docs',
} as const

/** Where to go after signing in: back to where the person was, within the portal only. */
export function afterSignIn(next: string | undefined): string {
  try {
    // As the browser will read it: `..`, `//host` and other schemes have shown themselves by then.
    const { origin, pathname, search } = new URL(next ?? '', location.origin)
    if (origin === location.origin && /^\/portal(\/|$)/.test(pathname)) return pathname + search
  } catch {
    // Not an address.
  }
  return paths.overview
}

export interface MenuItem {
  href: string
  label: string
  icon: IconName
  /** Has a place of its own in a phone's lower bar; the others are under "More". */
  phone?: boolean
  /** Other addresses that belong to it. */
  also?: string[]
  /** How many things wait there for a decision. */
  waits?: 'knowledge'
  /** For the narrow places of a phone's lower bar. */
  short?: string
}

/** Groups are divided by a gap, in the order of a client's day. */
export const menu: { label: string; items: MenuItem[] }[] = [
  {
    label: t.nav.today,
    items: [
      { href: paths.overview, label: t.nav.overview, icon: 'overview', phone: true },
      {
        href: paths.conversations,
        label: t.nav.conversations,
        icon: 'talks',
        phone: true,
        short: t.nav.chats,
        also: [paths.leads],
      },
      { href: paths.improve, label: t.nav.improve, icon: 'improve' },
      { href: paths.analytics, label: t.nav.analytics, icon: 'chart' },
    ],
  },
  {
    label: t.nav.teach,
    items: [
      {
        href: paths.knowledge,
        label: t.nav.knowledge,
        icon: 'knowledge',
        phone: true,
        also: [paths.sources, paths.review, paths.categories, paths.spreadsheet],
        waits: 'knowledge',
      },
      { href: paths.tryBot, label: t.nav.tryBot, icon: 'chat', phone: true },
    ],
  },
  {
    label: t.nav.setUp,
    items: [
      { href: paths.bot, label: t.nav.bot, icon: 'bot' },
      { href: paths.model, label: t.nav.model, icon: 'spark' },
      { href: paths.integrate, label: t.nav.integrate, icon: 'integrate' },
      { href: paths.keys, label: t.nav.keys, icon: 'key' },
    ],
  },
]

/** The menu item that a path belongs to: `/portal/knowledge/new` is under Knowledge. */
export function isCurrent(href: string, path: string): boolean {
  return href === paths.overview ? path === href : path === href || path.startsWith(`${href}/`)
}
