/** A client's bot as visitors meet it: name, greeting, colour, ways on, and the pages it may be used from. */
import { defaultThreshold } from '../answer/engine.ts'
import { AppError } from '../errors.ts'
import { type Bot, bots, type Client, clients, type LeadForm } from '../store/records.ts'
import { insert, type Store, update } from '../store/store.ts'
import { isOpen } from './client.ts'
import { wayOf } from './way.ts'
import type { BotSettings, BotSettingsChange, PublicBot, Way } from './wire.ts'

/** That the widget has words in; test/widget/text.test.ts holds it to them. */
export const widgetLanguages = 'ar de en es fr hi it ja nl pl pt ru tr zh'.split(' ')

const brandColor = '#1d6b57'
const noLead: LeadForm = {
  when: 'never',
  fields: [
    { name: 'name', required: false },
    { name: 'email', required: true },
    { name: 'message', required: false },
  ],
  title: '',
  text: '',
  thanks: '',
}

/** A bot nobody has set up: every column empty. */
export const emptyBot: Omit<Bot, 'client_id'> = {
  name: '',
  greeting: '',
  color: '',
  contact: '',
  allowed_origins: [],
  suggestions: [],
  updated_at: '',
  position: '',
  theme: '',
  lang: '',
  launcher: '',
  icon: '',
  avatar: '',
  placeholder: '',
  open_after: null,
  hide_on: [],
  history: '',
  consent_text: '',
  consent_url: '',
  lead: null,
  texts: {},
  carefulness: null,
  tone: '',
  languages: [],
  refusals: {},
  ways: [],
  hours: null,
  retention_days: null,
  lead_days: null,
}

export interface Bots {
  /** Settings with defaults filled in. @throws AppError `not_found` */
  settings(clientId: string): BotSettings
  /** @throws AppError `invalid_request` for an origin that is none */
  change(clientId: string, change: BotSettingsChange): Promise<BotSettings>
  /** What the settings would be after a change; nothing is stored. @throws as `change` */
  preview(clientId: string, change: BotSettingsChange): BotSettings
  /**
   * Whether a page may talk to the bot. No list: any page. `origin` undefined: no browser, so a bot that is locked to
   * origins refuses.
   */
  mayChat(clientId: string, origin: string | undefined): boolean
}

export function createBots(deps: { store: Store; now: () => Date; publicUrl: string }): Bots {
  const { store, now, publicUrl } = deps
  const settingsOf = (client: Client, bot: Bot | undefined): BotSettings => ({
    name: bot?.name || client.company_name,
    greeting: bot?.greeting ?? '',
    color: bot?.color || brandColor,
    contact: bot?.contact ?? '',
    ways: waysOf(bot),
    tone: (bot?.tone || 'neutral') as BotSettings['tone'],
    languages: bot?.languages ?? [],
    refusals: bot?.refusals ?? {},
    hours: bot?.hours ?? null,
    retention_days: bot?.retention_days ?? null,
    lead_days: bot?.lead_days ?? null,
    allowed_origins: bot?.allowed_origins ?? [],
    suggestions: bot?.suggestions ?? [],
    position: (bot?.position || 'right') as BotSettings['position'],
    theme: (bot?.theme || 'auto') as BotSettings['theme'],
    lang: bot?.lang ?? '',
    launcher: bot?.launcher ?? '',
    icon: bot?.icon ?? '',
    avatar: bot?.avatar ?? '',
    placeholder: bot?.placeholder ?? '',
    open_after: bot?.open_after ?? null,
    hide_on: bot?.hide_on ?? [],
    history: (bot?.history || 'tab') as BotSettings['history'],
    consent_text: bot?.consent_text ?? '',
    consent_url: bot?.consent_url ?? '',
    lead: bot?.lead ?? noLead,
    texts: bot?.texts ?? {},
    carefulness: carefulnessOf(bot),
    public_url: publicUrl,
  })
  const settings = (clientId: string): BotSettings => {
    const client = store.table(clients).get(clientId)
    if (!client) throw new AppError('not_found', 'There is no such client.')
    return settingsOf(client, store.table(bots).get(clientId))
  }

  const columnsOf = (clientId: string, change: BotSettingsChange): Partial<Bot> => {
    const { lead, carefulness, ...plain } = change
    const set: Partial<Bot> = { ...plain, updated_at: now().toISOString() }
    if (carefulness !== undefined) set.carefulness = carefulness === null ? null : Math.round(carefulness * 100)
    if (lead) set.lead = { ...settings(clientId).lead, ...lead }
    if (change.languages) set.languages = [...new Set(change.languages)]
    // Who knows one contact alone changes the first of several, and `contact` is always that one.
    if (change.ways) set.contact = change.ways[0]?.value ?? ''
    else if (change.contact !== undefined) {
      const others = (store.table(bots).get(clientId)?.ways ?? []).slice(1)
      set.ways = others.length === 0 ? [] : [...(change.contact ? [wayOf(change.contact)] : []), ...others]
    }
    if (change.refusals)
      set.refusals = Object.fromEntries(Object.entries(change.refusals).filter(([, words]) => words !== ''))
    if (change.allowed_origins) set.allowed_origins = [...new Set(change.allowed_origins.map(canonicalOrigin))]
    return set
  }

  return {
    settings,
    preview(clientId, change) {
      const client = store.table(clients).get(clientId)
      if (!client) throw new AppError('not_found', 'There is no such client.')
      const known = store.table(bots).get(clientId) ?? emptyBot
      return settingsOf(client, { ...known, ...columnsOf(clientId, change), client_id: clientId })
    },
    async change(clientId, change) {
      const set = columnsOf(clientId, change)
      if (store.table(bots).get(clientId)) await store.commit([update(bots, clientId, set)])
      else await store.commit([insert(bots, { ...emptyBot, ...set, client_id: clientId })])
      return settings(clientId)
    },
    mayChat(clientId, origin) {
      if (!isOpen(store.table(clients).get(clientId), now())) return false
      const allowed = store.table(bots).get(clientId)?.allowed_origins ?? []
      if (allowed.length === 0) return true
      return origin !== undefined && isCanonical(origin) && allowed.includes(origin)
    },
  }
}

const waysOf = (bot: Bot | undefined): Way[] => {
  if (bot && bot.ways.length > 0) return bot.ways
  return bot?.contact ? [wayOf(bot.contact)] : []
}

/** As a number from 0 to 1; without a setting, or with one by hand that is none, the engine's own. */
function carefulnessOf(bot: Bot | undefined): number {
  const hundredths = bot?.carefulness ?? null
  return hundredths === null || hundredths < 0 || hundredths > 100 ? defaultThreshold : hundredths / 100
}

/**
 * What the widget needs before it is opened: settings that are not as without any, under the names of the tag's
 * attributes. All of them are text, as attributes are.
 */
export function launcherOf(bot: BotSettings): Record<string, string> {
  const look: Record<string, string> = {
    color: bot.color === brandColor ? '' : bot.color,
    position: bot.position === 'right' ? '' : bot.position,
    theme: bot.theme === 'auto' ? '' : bot.theme,
    history: bot.history === 'tab' ? '' : bot.history,
    lang: bot.lang,
    languages: bot.languages.filter(code => widgetLanguages.includes(code)).join(' '),
    tone: bot.tone === 'friendly' ? 'friendly' : '',
    launcher: bot.launcher,
    icon: bot.icon,
    avatar: bot.avatar,
    placeholder: bot.placeholder,
    open: bot.open_after === null ? '' : String(bot.open_after),
    'hide-on': bot.hide_on.join(' '),
    ...Object.fromEntries(Object.entries(bot.texts).map(([name, words]) => [`text-${name}`, words])),
  }
  return Object.fromEntries(Object.entries(look).filter(([, value]) => value !== ''))
}

/** What the widget may know once it is opened. */
export function publicBotOf(clientId: string, bot: BotSettings, version: string): PublicBot {
  const { name, greeting, color, suggestions, contact } = bot
  return {
    company_id: clientId,
    name,
    greeting,
    color,
    suggestions,
    contact,
    consent: bot.consent_text ? { text: bot.consent_text, url: bot.consent_url } : null,
    lead: bot.lead.when === 'never' ? null : bot.lead,
    version,
  }
}

/** Exactly as a browser sends it: no `null`, no capital letters, no default port, no trailing dot. */
const isCanonical = (origin: string) => URL.canParse(origin) && new URL(origin).origin === origin

function canonicalOrigin(value: string, at: number): string {
  const url = URL.canParse(value) ? new URL(value) : undefined
  const bare = url && url.pathname === '/' && !url.search && !url.hash && !url.username
  // A browser sends no pattern, so `*.` would never match and close the bot on every subdomain.
  if (!bare || !/^https?:$/.test(url.protocol) || url.hostname.includes('*')) {
    const detail = 'must be scheme and host, such as https://www.example.com'
    throw new AppError(
      'invalid_request',
      `allowed_origins: ${value} is not an origin; write scheme and host, such as https://www.example.com, each by itself.`,
      {
        errors: [{ pointer: `#/allowed_origins/${at}`, detail }],
      },
    )
  }
  return url.origin
}
