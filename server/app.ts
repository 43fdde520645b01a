/**
 * createApp(deps): every address of the API and the guard in front of it, on one screen. Who may call is decided here;
 * rooms only say what a call does, and rooms.ts makes them.
 */
import type { Context, Hono } from 'hono'
import { nanoid } from 'nanoid'
import { createAddressFinder, limitKey } from './http/address.ts'
import { createGuards } from './http/guards.ts'
import { createMount } from './http/mount.ts'
import { mountPages } from './http/pages.ts'
import type { RateName } from './http/rate-limit.ts'
import { mountProbes } from './operator/status.ts'
import { createRooms, type RoomDeps } from './rooms.ts'
import { version } from './version.ts'

export interface AppDeps extends Omit<RoomDeps, 'now' | 'newId'> {
  now?: () => Date
  newId?: () => string
  development?: boolean
}

export interface App {
  fetch: Hono['fetch']
  request: Hono['request']
  /** Begins what is due by the clock, as happens every minute; returns how many. */
  tick(): Promise<number>
  /** Stops the jobs under way; they go on at the next start. */
  close(): Promise<void>
}

export function createApp(deps: AppDeps): App {
  const { store, config, now = () => new Date(), newId = () => nanoid(16), development = false } = deps
  const rooms = createRooms({ ...deps, now, newId })
  const { open, ownPage, session, account, bot, botErase, page } = createGuards({
    findKey: rooms.findKey,
    findSession: rooms.findSession,
    isActive: rooms.isActive,
    mayChat: rooms.mayChat,
    publicUrl: config.publicUrl,
    cookieName: rooms.cookieName,
  })
  const findAddress = createAddressFinder(config.trustProxy)
  const mount = createMount({
    idempotency: rooms.idempotency,
    findAddress,
    reportError: rooms.reportError,
    version,
    publicUrl: config.publicUrl,
  })
  const { app, at } = mount
  /** A limit per visitor's address. */
  const perAddress = (name: RateName) => ({ limit: (c: Context) => rooms.limits.take(name, limitKey(findAddress(c))) })

  const settings = (route: typeof rooms.account.changeBotSettings) =>
    rooms.audited('settings_changed', route, ({ body }) => ({ fields: Object.keys(body) }))

  at('POST', '/api/chat', bot, rooms.chat.send, perAddress('chat'))
  at('GET', '/api/suggest', bot, rooms.chat.suggest, perAddress('suggest'))
  at('POST', '/api/chat/:answer_id/feedback', bot, rooms.chat.feedback, perAddress('feedback'))
  at('GET', '/api/chat/:session_id', bot, rooms.improve.transcript, perAddress('transcript'))
  at('DELETE', '/api/chat/:session_id', botErase, rooms.improve.eraseTranscript, perAddress('erase'))
  at('GET', '/api/bot', bot, rooms.noticing(rooms.account.publicBot), perAddress('bot'))
  at('GET', '/widget/:company_id', page, rooms.noticing(rooms.account.launcher), perAddress('launcher'))
  at('PATCH', '/api/bot', session, settings(rooms.account.changeBotSettings))
  at('GET', '/api/bot/settings', account('read'), rooms.account.botSettings)
  at('PATCH', '/api/bot/settings', session, settings(rooms.account.changeBotSettings))

  at('POST', '/api/bot/preview', session, rooms.account.previewBot)
  at('POST', '/api/bot/preview/chat', session, rooms.chat.preview)

  at('POST', '/api/clients/register', open, rooms.account.register, perAddress('register'))
  at('POST', '/api/clients/authenticate', open, rooms.account.authenticate)
  at('GET', '/api/clients/profile', account('read'), rooms.account.profile)
  at('POST', '/api/auth/client-login', ownPage, rooms.account.login)
  at('POST', '/api/auth/logout', ownPage, rooms.account.logout)
  at('GET', '/api/auth/me', session, rooms.account.me)
  at('POST', '/api/auth/forgot', ownPage, rooms.address.forgot, perAddress('forgot'))
  at('POST', '/api/auth/reset', ownPage, rooms.address.reset, perAddress('link'))
  at('POST', '/api/auth/confirm', ownPage, rooms.address.confirm, perAddress('link'))
  at('POST', '/mail/off/:token', open, rooms.address.switchOff, perAddress('link'))
  at('GET', '/mail/off/:token', open, rooms.address.showOff)
  at('GET', '/api/demo', open, rooms.account.demo)

  at('GET', '/api/account', session, rooms.own.get)
  at('PATCH', '/api/account', session, rooms.own.change)
  at('POST', '/api/account/password', session, rooms.own.password)
  at('POST', '/api/account/email', session, rooms.own.email)
  at('POST', '/api/account/confirm', session, rooms.address.confirmCode)
  at('POST', '/api/account/confirm/send', session, rooms.address.resend)
  at('GET', '/api/account/notices', session, rooms.address.notices)
  at('PATCH', '/api/account/notices', session, rooms.address.changeNotices)
  at('POST', '/api/account/plan', session, rooms.own.plan)
  at('GET', '/api/account/sessions', session, rooms.own.sessions)
  at('DELETE', '/api/account/sessions', session, rooms.own.endSessions)
  at('DELETE', '/api/account/sessions/:id', session, rooms.own.endSession)
  at('GET', '/api/account/audit', session, rooms.own.audit)
  at('GET', '/api/account/export', session, rooms.own.export)
  at('POST', '/api/account/close', session, rooms.own.close)
  at('POST', '/api/account/reopen', session, rooms.own.reopen)

  at('GET', '/api/keys', session, rooms.account.listKeys)
  at('POST', '/api/keys', session, rooms.account.createKey)
  at('POST', '/api/keys/:id/rotate', session, rooms.account.rotateKey)
  at('POST', '/api/keys/:id/restore', session, rooms.account.restoreKey)
  at('DELETE', '/api/keys/:id', session, rooms.account.revokeKey)

  at('GET', '/api/knowledge', account('read'), rooms.knowledge.list)
  at('POST', '/api/knowledge', account('knowledge'), rooms.knowledge.create)
  at('POST', '/api/knowledge/add', account('knowledge'), rooms.knowledge.add)
  at('POST', '/api/knowledge/import', account('knowledge'), rooms.exchange.import)
  at('POST', '/api/knowledge/round-trip', account('knowledge'), rooms.exchange.roundTrip)
  at('GET', '/api/knowledge/categories', account('read'), rooms.organise.categories)
  at('POST', '/api/knowledge/categories/rename', account('knowledge'), rooms.organise.renameCategory)
  at('POST', '/api/knowledge/bulk', account('knowledge'), rooms.organise.bulk)
  at('GET', '/api/knowledge/attention', account('read'), rooms.organise.attention)
  at('GET', '/api/knowledge/duplicates', account('read'), rooms.organise.duplicates)
  at('POST', '/api/knowledge/duplicates/settle', account('knowledge'), rooms.organise.settle)
  at('POST', '/api/knowledge/merge', account('knowledge'), rooms.organise.merge)
  at('POST', '/api/knowledge/entries/:id/test', account('read'), rooms.organise.test)
  at('POST', '/api/knowledge/entries/:id/resolve', account('knowledge'), rooms.organise.resolve)
  at('POST', '/api/knowledge/undo', account('knowledge'), rooms.knowledge.undo)
  at('GET', '/api/knowledge/edits', account('read'), rooms.knowledge.edits)
  at('GET', '/api/knowledge/export', account('read'), rooms.exchange.export)
  at('POST', '/api/knowledge/upload', account('knowledge'), rooms.source.upload)
  at('POST', '/api/knowledge/upload/preview', account('knowledge'), rooms.source.preview)
  at('GET', '/api/knowledge/entries/:id', account('read'), rooms.knowledge.get)
  at('PATCH', '/api/knowledge/entries/:id', account('knowledge'), rooms.knowledge.change)
  at(
    'DELETE',
    '/api/knowledge/entries/:id',
    account('knowledge'),
    rooms.audited('entry_deleted', rooms.knowledge.remove, ({ params }) => ({ id: params.id })),
  )
  at('GET', '/api/knowledge/:company_id', account('read'), rooms.knowledge.dump)
  at(
    'DELETE',
    '/api/knowledge/:company_id',
    account('knowledge'),
    rooms.audited('knowledge_cleared', rooms.knowledge.clear),
  )

  at('POST', '/api/visit', session, rooms.improve.visit)
  at('GET', '/api/conversations', account('read'), rooms.improve.conversations)
  at('GET', '/api/conversations/export', account('read'), rooms.improve.exportConversations)
  at('GET', '/api/conversations/:session_id', account('read'), rooms.improve.conversation)
  at('DELETE', '/api/conversations/:session_id', session, rooms.improve.eraseConversation)
  at('PUT', '/api/conversations/:session_id/note', session, rooms.improve.note)
  at('GET', '/api/unanswered', account('read'), rooms.improve.unanswered)
  at('PATCH', '/api/unanswered/:id', account('knowledge'), rooms.improve.markUnanswered)
  at('GET', '/api/complaints', account('read'), rooms.improve.complaints)
  at('PATCH', '/api/complaints/:id', account('knowledge'), rooms.improve.markComplaint)
  at('POST', '/api/answers', account('knowledge'), rooms.improve.writeAnswer)
  at('GET', '/api/bot/threshold-preview', account('read'), rooms.improve.thresholdPreview)
  at('GET', '/api/bot/retention', account('read'), rooms.improve.retentionPreview)
  at('GET', '/api/goldens', account('read'), rooms.improve.goldens)
  at('POST', '/api/goldens', account('knowledge'), rooms.improve.addGolden)
  at('GET', '/api/goldens/export', account('read'), rooms.improve.exportGoldens)
  at('POST', '/api/goldens/import', account('knowledge'), rooms.improve.importGoldens)
  at('GET', '/api/goldens/runs', account('read'), rooms.improve.goldenRuns)
  at('POST', '/api/goldens/run', account('knowledge'), rooms.improve.runGoldens)
  at('POST', '/api/goldens/settle', account('knowledge'), rooms.improve.settleGoldens)
  at('PATCH', '/api/goldens/:id', account('knowledge'), rooms.improve.changeGolden)
  at('DELETE', '/api/goldens/:id', account('knowledge'), rooms.improve.removeGolden)
  at('GET', '/api/answers/:id/why', account('read'), rooms.improve.why)

  at('POST', '/api/scrape', account('knowledge'), rooms.site.scrape)
  at('GET', '/api/sources', account('read'), rooms.source.list)
  at('GET', '/api/sources/:id', account('read'), rooms.source.get)
  at('GET', '/api/sources/:id/file', account('read'), rooms.source.file)
  at('POST', '/api/sources/:id/read', account('knowledge'), rooms.source.read)
  at('DELETE', '/api/sources/:id', account('knowledge'), rooms.source.remove)
  at('POST', '/api/sources', account('knowledge'), rooms.site.add)
  at('PATCH', '/api/sources/:id', account('knowledge'), rooms.site.change)
  at('POST', '/api/sources/:id/run', account('knowledge'), rooms.site.run)
  at('GET', '/api/sources/:id/pages', account('read'), rooms.site.pages)
  at('GET', '/api/sources/:id/questions', account('read'), rooms.site.questions)

  at('GET', '/api/jobs', account('read'), rooms.job.list)
  at('GET', '/api/jobs/:id', account('read'), rooms.job.get)
  at('GET', '/api/jobs/:id/events', account('read'), rooms.job.events)
  at('POST', '/api/jobs/:id/cancel', account('knowledge'), rooms.job.cancel)
  at('POST', '/api/jobs/:id/pause', account('knowledge'), rooms.job.pause)
  at('POST', '/api/jobs/:id/resume', account('knowledge'), rooms.job.resume)

  at('POST', '/api/leads', bot, rooms.lead.add, perAddress('lead'))
  at('GET', '/api/integrations', account('read'), rooms.integration.list)
  at('GET', '/api/widget/version', account('read'), rooms.integration.version)
  at('GET', '/api/embed-check', account('read'), rooms.integration.embedCheck)
  at('GET', '/embed-check', account('read'), rooms.integration.embedCheck)
  at('GET', '/api/leads', account('read'), rooms.lead.list)
  at('GET', '/api/leads/export', account('read'), rooms.lead.export)
  at('PATCH', '/api/leads/:id', account('knowledge'), rooms.lead.mark)
  at('DELETE', '/api/leads/:id', session, rooms.audited('lead_deleted', rooms.lead.remove))

  at('GET', '/api/usage', account('read'), rooms.usage.overview)
  at('GET', '/api/analytics', account('read'), rooms.usage.analytics)
  at('GET', '/api/analytics/export', account('read'), rooms.usage.exportAnalytics)

  at('GET', '/api/model', account('read'), rooms.model.settings)
  at('PUT', '/api/model', session, rooms.model.change)
  at('POST', '/api/model/test', session, rooms.model.test)
  at('GET', '/api/model/usage', account('read'), rooms.model.usage)

  at('GET', '/api/health', open, rooms.status.health)

  mountProbes({ app, known: mount.known, store, library: rooms.library, models: rooms.models, mail: rooms.mail })
  mountPages({
    app,
    known: mount.known,
    files: rooms.files,
    openApi: mount.openApi,
    hasDemo: rooms.hasDemo,
    version: rooms.builtVersion,
    development,
  })

  rooms.start()
  return { fetch: app.fetch, request: app.request, tick: rooms.tick, close: rooms.close }
}
