/**
 * createApp(deps): every address of the API and the guard in front of it, on one screen. Who may call is decided here;
 * rooms only say what a call does.
 */
import { join } from 'node:path'
import type { Context, Hono } from 'hono'
import { nanoid } from 'nanoid'
import type { Logger } from 'pino'
import { createAuditing } from './accounts/audit.ts'
import { createBots } from './accounts/bot.ts'
import { createClients } from './accounts/client.ts'
import { createKeys } from './accounts/key.ts'
import { createOwn } from './accounts/own/account.ts'
import { ownRoutes } from './accounts/own/routes.ts'
import { createPasswords, type Passwords } from './accounts/password.ts'
import { allowanceOf } from './accounts/plan.ts'
import { accountRoutes } from './accounts/routes.ts'
import { createSessions } from './accounts/session.ts'
import { answer, createIndex } from './answer/engine.ts'
import { createConversations } from './chat/conversation.ts'
import { createFeedbacks } from './chat/feedback.ts'
import { createReplier } from './chat/reply.ts'
import { chatRoutes } from './chat/routes.ts'
import { createSuggester } from './chat/suggest.ts'
import type { Config } from './config.ts'
import { demoAccount } from './demo.ts'
import { createAddressFinder, limitKey } from './http/address.ts'
import { createGuards } from './http/guards.ts'
import { createIdempotency } from './http/idempotency.ts'
import { createMount } from './http/mount.ts'
import { createOutgoing } from './http/outgoing/outgoing.ts'
import { mountPages } from './http/pages.ts'
import { createRateLimits, type RateName } from './http/rate-limit.ts'
import { readStatic } from './http/static.ts'
import { createArchive } from './improve/archive.ts'
import { createDialogues } from './improve/conversation.ts'
import { createGoldens } from './improve/golden.ts'
import { createGoldenRuns } from './improve/golden-run.ts'
import { improveRoutes } from './improve/routes.ts'
import { createThresholdPreview } from './improve/threshold.ts'
import { createUnanswered } from './improve/unanswered.ts'
import { createWhy } from './improve/why.ts'
import { createEmbedChecker } from './integration/embed-check.ts'
import { createListing } from './integration/listing.ts'
import { integrationRoutes } from './integration/routes.ts'
import { createEntries } from './knowledge/entry.ts'
import { handEdits } from './knowledge/hand-edit.ts'
import { createIntake } from './knowledge/intake/intake.ts'
import { createReader } from './knowledge/intake/reader.ts'
import { createJobs } from './knowledge/jobs/queue.ts'
import { jobRoutes } from './knowledge/jobs/routes.ts'
import { createLibrary } from './knowledge/library.ts'
import { createOrganiser } from './knowledge/organise.ts'
import { organiseRoutes } from './knowledge/organise-routes.ts'
import { knowledgeRoutes } from './knowledge/routes.ts'
import { createFilesRunner } from './knowledge/sources/files-runner.ts'
import { sourceRoutes } from './knowledge/sources/routes.ts'
import { createSources } from './knowledge/sources/source.ts'
import { createUploads } from './knowledge/sources/upload.ts'
import { createTrash } from './knowledge/trash.ts'
import { createCrawler } from './knowledge/web/crawl.ts'
import { createPageReader } from './knowledge/web/reader.ts'
import { siteRoutes } from './knowledge/web/routes.ts'
import { createSchedule } from './knowledge/web/schedule.ts'
import { createSites } from './knowledge/web/sites.ts'
import { createLeads } from './leads/lead.ts'
import { leadRoutes } from './leads/routes.ts'
import { createModels } from './model/models.ts'
import { modelRoutes } from './model/routes.ts'
import { createClientZip } from './operator/client-zip.ts'
import { mountProbes, statusRoutes } from './operator/status.ts'
import { clients as clientRows } from './store/records.ts'
import type { Store } from './store/store.ts'
import { createAnalytics } from './usage/analytics.ts'
import { createMeter } from './usage/meter.ts'
import { createOverview } from './usage/overview.ts'
import { createReports } from './usage/report.ts'
import { usageRoutes } from './usage/routes.ts'
import { version } from './version.ts'

export interface AppDeps {
  store: Store
  config: Config
  log: Logger
  /** Folder of the built pages (missing files are 404); what reads files of strangers stands beside it. */
  publicDir: string
  now?: () => Date
  newId?: () => string
  passwords?: Passwords
  development?: boolean
  /** The built thread that reads web pages; default: beside this file. */
  pageWorker?: () => string | URL | Promise<string>
  /** Milliseconds for one web page; default 10,000. */
  pageTimeoutMs?: number
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
  const { store, config, log, now = () => new Date(), newId = () => nanoid(16), development = false } = deps
  const intakeChild = join(deps.publicDir, '..', 'server', 'intake-child.js')
  const https = config.publicUrl.startsWith('https:')
  const cookieName = https ? '__Host-parley' : 'parley'
  const allowance = (clientId: string) => allowanceOf(store, clientId)
  const reportError = (error: unknown, requestId: string) =>
    log.error({ err: error, request_id: requestId }, 'a request failed')

  const passwords = deps.passwords ?? createPasswords()
  const sessions = createSessions({ store, now, hours: config.sessionHours })
  const keys = createKeys({
    store,
    now,
    newId,
    onLost: err => log.warn({ err }, 'the last use of a key was not stored'),
  })
  const clients = createClients({ store, passwords, keys, sessions, now, newId, selfServePlans: config.selfServePlans })
  const own = createOwn({ store, passwords, sessions, now, selfServePlans: config.selfServePlans })
  const audited = createAuditing({ store, now })
  const bots = createBots({ store, now, publicUrl: config.publicUrl })
  const library = createLibrary({ store, createIndex, maxBytes: config.cacheBytes.indexes })
  const trash = createTrash({ store, allowance, now, newId })
  const entries = createEntries({ store, trash, allowance, now, newId })
  const intake = createIntake({ store, allowance, now, newId })
  const uploads = createUploads({ dir: config.dataDir, newId, maxBytes: config.uploadBytes })
  // One more than the jobs: a preview does not wait for them.
  const fileReader = createReader({ file: intakeChild, parallel: config.jobs + 1 })
  const pageReader = createPageReader({ file: deps.pageWorker ?? (() => new URL('./page-worker.js', import.meta.url)) })
  const web = createOutgoing({
    allowHosts: config.scrapeAllowHosts,
    userAgent: `Parley/${version} (+${config.publicUrl})`,
  })
  const jobs = createJobs({
    store,
    now,
    newId,
    parallel: config.jobs,
    runners: {
      files: createFilesRunner({ store, reader: fileReader, intake, uploads, now }),
      crawl: createCrawler({
        store,
        outgoing: web,
        reader: pageReader,
        intake,
        now,
        delayMs: config.scrapeDelayMs,
        timeoutMs: deps.pageTimeoutMs,
        pagesPerHour: config.scrapePagesPerHour,
      }),
    },
    reportError: (err, job) => log.error({ err, job_id: job.job_id, kind: job.kind }, 'a job failed'),
  })
  const sources = createSources({
    store,
    jobs,
    uploads,
    trash,
    now,
    newId,
    readers: {
      file: { kind: 'files', input: ({ source_id }) => ({ source_id }) },
      site: { kind: 'crawl', input: ({ source_id, url }) => ({ source_id, url }) },
    },
  })
  const meter = createMeter({ store, allowance, now })
  const overview = createOverview({ store, meter, now })
  const conversations = createConversations({ store })
  const archive = createArchive({ store, now })
  const analytics = createAnalytics({ store, now })
  const feedbacks = createFeedbacks({
    store,
    now,
    rated(row) {
      archive.rate(row)
      analytics.rate(row)
    },
  })
  const leads = createLeads({ store, bots, now, newId })
  const idempotency = createIdempotency({ now: () => now().getTime() })
  const limits = createRateLimits(config.rateLimits)
  const modelCalls = createOutgoing({ allowHosts: config.model.allowHosts })
  const models = createModels({ store, config, outgoing: modelCalls, log, now })
  models.rotate().catch(err => log.warn({ err }, 'keys of models could not be encrypted anew'))
  const reply = createReplier({
    store,
    meter,
    conversations,
    library,
    bots,
    models,
    now,
    newId,
    recorded(turn) {
      overview.record(turn)
      analytics.record(turn)
      feedbacks.record(turn)
      archive.record(turn)
    },
  })

  const { open, ownPage, session, account, bot, page } = createGuards({
    findKey: keys.find,
    findSession: sessions.find,
    isActive: clients.isActive,
    mayChat: bots.mayChat,
    publicUrl: config.publicUrl,
    cookieName,
  })
  const findAddress = createAddressFinder(config.trustProxy)
  const mount = createMount({ idempotency, findAddress, reportError, version, publicUrl: config.publicUrl })
  const { app, at } = mount
  /** A limit per visitor's address. */
  const perAddress = (name: RateName) => ({ limit: (c: Context) => limits.take(name, limitKey(findAddress(c))) })

  const stats = async (clientId: string) => {
    const client = clients.get(clientId)
    const { limit, used, resets_at } = meter.usage(clientId)
    return {
      knowledge_count: await entries.count(clientId),
      knowledge_limit: allowance(clientId).knowledgeLimit,
      monthly_requests: used,
      monthly_limit: limit,
      resets_at,
      account_created: client.created_at,
      last_login: client.last_login || null,
    }
  }
  const demo = () => (store.table(clientRows).get(demoAccount.company_id)?.is_active ? demoAccount : null)

  const accountRoom = accountRoutes({
    clients,
    keys,
    sessions,
    bots,
    limits,
    stats,
    cookieName,
    secureCookies: https,
    sessionSeconds: config.sessionHours * 3600,
    version,
    demo,
  })
  const exportAll = createClientZip({ store, dir: config.dataDir, now, version })
  const ownRoom = ownRoutes({ own, limits, exportAll })
  const knowledgeRoom = knowledgeRoutes({
    entries,
    library,
    trash,
    reader: fileReader,
    limitOf: clientId => allowance(clientId).knowledgeLimit,
    editsOf: clientId => handEdits(store, clientId),
  })
  const chatRoom = chatRoutes({
    reply,
    feedbacks,
    suggest: createSuggester({ bots, library }),
    idempotency,
    reportError,
  })
  const goldens = createGoldens({ store, now, newId })
  const goldenRuns = createGoldenRuns({
    store,
    goldens,
    library,
    bots,
    now,
    newId,
    reportError: (err, clientId) => log.error({ err, client_id: clientId }, 'the goldens could not be asked'),
  })
  const improveRoom = improveRoutes({
    dialogues: createDialogues({
      store,
      archive,
      now,
      erased(clientId, sessionId) {
        conversations.forget(clientId, sessionId)
        overview.forget(clientId)
        analytics.forget(clientId)
      },
    }),
    unanswered: createUnanswered({ store, archive, library, now, thresholdOf: id => bots.settings(id).carefulness }),
    why: createWhy({ store, archive }),
    preview: createThresholdPreview({ store, library, bots }),
    goldens,
    runs: goldenRuns,
  })
  const files = readStatic(deps.publicDir)
  // Running from source, the files are those of the last build.
  const builtVersion = /widget\/v([^/]+)\/widget\.js$/m.exec([...files.keys()].join('\n'))?.[1] ?? version
  const siteCalls = createOutgoing({ allowHosts: config.scrapeAllowHosts, userAgent: 'Parley embed check' })
  const integrationRoom = integrationRoutes({
    listing: createListing({ files, publicUrl: config.publicUrl, version: builtVersion }),
    limit: clientId => limits.take('embedCheck', clientId),
    checkEmbed: createEmbedChecker({ outgoing: siteCalls, bots, publicUrl: config.publicUrl }),
  })
  const leadRoom = leadRoutes({ leads })
  const jobRoom = jobRoutes({ jobs })
  const sourceRoom = sourceRoutes({ sources, uploads, jobs, intake, reader: fileReader })
  const usageRoom = usageRoutes({ overview, reports: createReports({ store, analytics, now }) })
  const schedule = createSchedule({
    store,
    jobs,
    now,
    isActive: clients.isActive,
    reportError: err => log.error({ err }, 'sites that are due could not be begun'),
  })
  /** What the bot would say to a question by itself; nothing of it is kept. */
  const ask = async (clientId: string, question: string) =>
    answer(question, [], {
      index: await library.index(clientId),
      threshold: bots.settings(clientId).carefulness,
    })
  const organiseRoom = organiseRoutes({
    store,
    organiser: createOrganiser({ store, trash, allowance, now }),
    entries,
    library,
    ask,
  })
  const siteRoom = siteRoutes({
    store,
    sites: createSites({
      store,
      jobs,
      outgoing: web,
      now,
      newId,
      reportError: err => log.error({ err }, 'the pages of a site could not be removed'),
    }),
    jobs,
    intake,
    library,
    ask,
  })
  const modelRoom = modelRoutes({ models, limits })

  const settings = (route: typeof accountRoom.changeBotSettings) =>
    audited('settings_changed', route, ({ body }) => ({ fields: Object.keys(body) }))

  at('POST', '/api/chat', bot, chatRoom.send, perAddress('chat'))
  at('GET', '/api/suggest', bot, chatRoom.suggest, perAddress('suggest'))
  at('POST', '/api/chat/:answer_id/feedback', bot, chatRoom.feedback, perAddress('feedback'))
  at('GET', '/api/chat/:session_id', bot, improveRoom.transcript, perAddress('transcript'))
  at('DELETE', '/api/chat/:session_id', bot, improveRoom.eraseTranscript, perAddress('erase'))
  at('GET', '/api/bot', bot, accountRoom.publicBot, perAddress('bot'))
  at('GET', '/widget/:company_id', page, accountRoom.launcher, perAddress('launcher'))
  at('PATCH', '/api/bot', session, settings(accountRoom.changeBotSettings))
  at('GET', '/api/bot/settings', account('read'), accountRoom.botSettings)
  at('PATCH', '/api/bot/settings', session, settings(accountRoom.changeBotSettings))

  at('POST', '/api/clients/register', open, accountRoom.register, perAddress('register'))
  at('POST', '/api/clients/authenticate', open, accountRoom.authenticate)
  at('GET', '/api/clients/profile', account('read'), accountRoom.profile)
  at('POST', '/api/auth/client-login', ownPage, accountRoom.login)
  at('POST', '/api/auth/logout', ownPage, accountRoom.logout)
  at('GET', '/api/auth/me', session, accountRoom.me)
  at('GET', '/api/demo', open, accountRoom.demo)

  at('GET', '/api/account', session, ownRoom.get)
  at('PATCH', '/api/account', session, ownRoom.change)
  at('POST', '/api/account/password', session, ownRoom.password)
  at('POST', '/api/account/email', session, ownRoom.email)
  at('POST', '/api/account/plan', session, ownRoom.plan)
  at('GET', '/api/account/sessions', session, ownRoom.sessions)
  at('DELETE', '/api/account/sessions', session, ownRoom.endSessions)
  at('DELETE', '/api/account/sessions/:id', session, ownRoom.endSession)
  at('GET', '/api/account/audit', session, ownRoom.audit)
  at('GET', '/api/account/export', session, ownRoom.export)
  at('POST', '/api/account/close', session, ownRoom.close)
  at('POST', '/api/account/reopen', session, ownRoom.reopen)

  at('GET', '/api/keys', session, accountRoom.listKeys)
  at('POST', '/api/keys', session, accountRoom.createKey)
  at('POST', '/api/keys/:id/rotate', session, accountRoom.rotateKey)
  at('DELETE', '/api/keys/:id', session, accountRoom.revokeKey)

  at('GET', '/api/knowledge', account('read'), knowledgeRoom.list)
  at('POST', '/api/knowledge', account('knowledge'), knowledgeRoom.create)
  at('POST', '/api/knowledge/add', account('knowledge'), knowledgeRoom.add)
  at('POST', '/api/knowledge/import', account('knowledge'), knowledgeRoom.import)
  at('POST', '/api/knowledge/round-trip', account('knowledge'), knowledgeRoom.roundTrip)
  at('GET', '/api/knowledge/categories', account('read'), organiseRoom.categories)
  at('POST', '/api/knowledge/categories/rename', account('knowledge'), organiseRoom.renameCategory)
  at('POST', '/api/knowledge/bulk', account('knowledge'), organiseRoom.bulk)
  at('GET', '/api/knowledge/duplicates', account('read'), organiseRoom.duplicates)
  at('POST', '/api/knowledge/entries/:id/test', account('read'), organiseRoom.test)
  at('POST', '/api/knowledge/entries/:id/resolve', account('knowledge'), organiseRoom.resolve)
  at('POST', '/api/knowledge/undo', account('knowledge'), knowledgeRoom.undo)
  at('GET', '/api/knowledge/edits', account('read'), knowledgeRoom.edits)
  at('GET', '/api/knowledge/export', account('read'), knowledgeRoom.export)
  at('POST', '/api/knowledge/upload', account('knowledge'), sourceRoom.upload)
  at('POST', '/api/knowledge/upload/preview', account('knowledge'), sourceRoom.preview)
  at('GET', '/api/knowledge/entries/:id', account('read'), knowledgeRoom.get)
  at('PATCH', '/api/knowledge/entries/:id', account('knowledge'), knowledgeRoom.change)
  at(
    'DELETE',
    '/api/knowledge/entries/:id',
    account('knowledge'),
    audited('entry_deleted', knowledgeRoom.remove, ({ params }) => ({ id: params.id })),
  )
  at('GET', '/api/knowledge/:company_id', account('read'), knowledgeRoom.dump)
  at('DELETE', '/api/knowledge/:company_id', account('knowledge'), audited('knowledge_cleared', knowledgeRoom.clear))

  at('GET', '/api/conversations', account('read'), improveRoom.conversations)
  at('GET', '/api/conversations/:session_id', account('read'), improveRoom.conversation)
  at('DELETE', '/api/conversations/:session_id', session, improveRoom.eraseConversation)
  at('PUT', '/api/conversations/:session_id/note', session, improveRoom.note)
  at('GET', '/api/unanswered', account('read'), improveRoom.unanswered)
  at('PATCH', '/api/unanswered/:id', account('knowledge'), improveRoom.markUnanswered)
  at('GET', '/api/bot/threshold-preview', account('read'), improveRoom.thresholdPreview)
  at('GET', '/api/goldens', account('read'), improveRoom.goldens)
  at('POST', '/api/goldens', account('knowledge'), improveRoom.addGolden)
  at('GET', '/api/goldens/export', account('read'), improveRoom.exportGoldens)
  at('POST', '/api/goldens/import', account('knowledge'), improveRoom.importGoldens)
  at('GET', '/api/goldens/runs', account('read'), improveRoom.goldenRuns)
  at('POST', '/api/goldens/run', account('knowledge'), improveRoom.runGoldens)
  at('PATCH', '/api/goldens/:id', account('knowledge'), improveRoom.changeGolden)
  at('DELETE', '/api/goldens/:id', account('knowledge'), improveRoom.removeGolden)
  at('GET', '/api/answers/:id/why', account('read'), improveRoom.why)

  at('POST', '/api/scrape', account('knowledge'), siteRoom.scrape)
  at('GET', '/api/sources', account('read'), sourceRoom.list)
  at('GET', '/api/sources/:id', account('read'), sourceRoom.get)
  at('GET', '/api/sources/:id/file', account('read'), sourceRoom.file)
  at('POST', '/api/sources/:id/read', account('knowledge'), sourceRoom.read)
  at('DELETE', '/api/sources/:id', account('knowledge'), sourceRoom.remove)
  at('POST', '/api/sources', account('knowledge'), siteRoom.add)
  at('PATCH', '/api/sources/:id', account('knowledge'), siteRoom.change)
  at('POST', '/api/sources/:id/run', account('knowledge'), siteRoom.run)
  at('GET', '/api/sources/:id/pages', account('read'), siteRoom.pages)
  at('GET', '/api/sources/:id/questions', account('read'), siteRoom.questions)

  at('GET', '/api/jobs', account('read'), jobRoom.list)
  at('GET', '/api/jobs/:id', account('read'), jobRoom.get)
  at('GET', '/api/jobs/:id/events', account('read'), jobRoom.events)
  at('POST', '/api/jobs/:id/cancel', account('knowledge'), jobRoom.cancel)
  at('POST', '/api/jobs/:id/pause', account('knowledge'), jobRoom.pause)
  at('POST', '/api/jobs/:id/resume', account('knowledge'), jobRoom.resume)

  at('POST', '/api/leads', bot, leadRoom.add, perAddress('lead'))
  at('GET', '/api/integrations', account('read'), integrationRoom.list)
  at('GET', '/api/widget/version', account('read'), integrationRoom.version)
  at('GET', '/api/embed-check', account('read'), integrationRoom.embedCheck)
  at('GET', '/embed-check', account('read'), integrationRoom.embedCheck)
  at('GET', '/api/leads', account('read'), leadRoom.list)
  at('GET', '/api/leads/export', account('read'), leadRoom.export)
  at('DELETE', '/api/leads/:id', session, audited('lead_deleted', leadRoom.remove))

  at('GET', '/api/usage', account('read'), usageRoom.overview)
  at('GET', '/api/analytics', account('read'), usageRoom.analytics)
  at('GET', '/api/analytics/export', account('read'), usageRoom.exportAnalytics)

  at('GET', '/api/model', account('read'), modelRoom.settings)
  at('PUT', '/api/model', session, modelRoom.change)
  at('POST', '/api/model/test', session, modelRoom.test)
  at('GET', '/api/model/usage', account('read'), modelRoom.usage)

  at('GET', '/api/health', open, statusRoutes({ store, now, version }).health)

  mountProbes({ app, known: mount.known, store, library, models })
  mountPages({
    app,
    known: mount.known,
    files,
    openApi: mount.openApi,
    hasDemo: () => demo() !== null,
    version: builtVersion,
    development,
  })

  jobs.start()
  return {
    fetch: app.fetch,
    request: app.request,
    tick: schedule.tick,
    async close() {
      schedule.close()
      await jobs.close()
      fileReader.close()
      await goldenRuns.close()
      await Promise.all([pageReader.close(), web.close()])
      library.close()
      await models.close()
      await modelCalls.close()
      await siteCalls.close()
    },
  }
}
