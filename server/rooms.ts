/**
 * createRooms(deps): every room of the server, made from its parts and given what it needs of the others. Which address
 * leads to which of them, and who may call it, is app.ts.
 */
import { join } from 'node:path'
import type { Logger } from 'pino'
import { createAddresses } from './accounts/address/address.ts'
import { addressRoutes } from './accounts/address/routes.ts'
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
import { createPreviewer } from './chat/preview.ts'
import { createReplier } from './chat/reply.ts'
import { chatRoutes } from './chat/routes.ts'
import { createSuggester } from './chat/suggest.ts'
import { createVoice } from './chat/voice.ts'
import type { Config } from './config.ts'
import { demoAccount } from './demo.ts'
import { createIdempotency } from './http/idempotency.ts'
import { createOutgoing } from './http/outgoing/outgoing.ts'
import { createRateLimits } from './http/rate-limit.ts'
import { readStatic } from './http/static.ts'
import { createAnswerWriter } from './improve/answer.ts'
import { createArchive } from './improve/archive.ts'
import { createDialogues } from './improve/conversation.ts'
import { createConversationExport } from './improve/conversation-export.ts'
import { createGoldens } from './improve/golden.ts'
import { createGoldenRuns } from './improve/golden-run.ts'
import { createNews } from './improve/news.ts'
import { createQuestionList } from './improve/question-list.ts'
import { createRetention } from './improve/retention.ts'
import { improveRoutes } from './improve/routes.ts'
import { createThresholdPreview } from './improve/threshold.ts'
import { createWhy } from './improve/why.ts'
import { createEmbedChecker } from './integration/embed-check.ts'
import { createListing } from './integration/listing.ts'
import { integrationRoutes } from './integration/routes.ts'
import { createSightings } from './integration/sighting.ts'
import { createAttention } from './knowledge/attention.ts'
import { createEntries } from './knowledge/entry.ts'
import { exchangeRoutes } from './knowledge/exchange-routes.ts'
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
import { createMail } from './mail/mail.ts'
import { createModels } from './model/models.ts'
import { modelRoutes } from './model/routes.ts'
import { createClientZip } from './operator/client-zip.ts'
import { statusRoutes } from './operator/status.ts'
import { clients as clientRows, complaints, unanswered } from './store/records.ts'
import type { Store } from './store/store.ts'
import { createUsageAlerts } from './usage/alert.ts'
import { createAnalytics } from './usage/analytics.ts'
import { createMeter } from './usage/meter.ts'
import { createOverview } from './usage/overview.ts'
import { createReports } from './usage/report.ts'
import { usageRoutes } from './usage/routes.ts'
import { createSummaries } from './usage/summary.ts'
import { version } from './version.ts'

export interface RoomDeps {
  store: Store
  config: Config
  log: Logger
  /** Folder of the built pages; what reads files of strangers stands beside it. */
  publicDir: string
  now: () => Date
  newId: () => string
  passwords?: Passwords
  /** The built thread that reads web pages; default: beside this file. */
  pageWorker?: () => string | URL | Promise<string>
  /** Milliseconds for one web page; default 10,000. */
  pageTimeoutMs?: number
}

export function createRooms(deps: RoomDeps) {
  const { store, config, log, now, newId } = deps
  const intakeChild = join(deps.publicDir, '..', 'server', 'intake-child.js')
  const https = config.publicUrl.startsWith('https:')
  const cookieName = https ? '__Host-parley' : 'parley'
  const allowance = (clientId: string) => allowanceOf(store, clientId)
  const reportError = (error: unknown, requestId: string) =>
    log.error({ err: error, request_id: requestId }, 'a request failed')

  const limits = createRateLimits(config.rateLimits)
  const mail = createMail({ store, config, log, now, newId })
  const { post, tokens, board } = mail
  const mayMail = (address: string) =>
    limits.take('mailTo', address).then(
      () => true,
      () => false,
    )

  const passwords = deps.passwords ?? createPasswords()
  const sessions = createSessions({ store, now, hours: config.sessionHours })
  const keys = createKeys({
    store,
    now,
    newId,
    post,
    onLost: err => log.warn({ err }, 'the last use of a key was not stored'),
  })
  const { selfServePlans } = config
  const clients = createClients({ store, passwords, keys, sessions, now, newId, selfServePlans, post, mayMail })
  const own = createOwn({ store, passwords, sessions, now, selfServePlans, post, tokens, mayMail })
  const addresses = createAddresses({ store, passwords, sessions, post, tokens, board, now, mayMail })
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
    maxFiles: config.maxFiles,
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
  const mayTell = (clientId: string) =>
    limits.take('leadMail', clientId).then(
      () => true,
      () => false,
    )
  const leads = createLeads({ store, bots, now, newId, post, board, mayTell })
  const alerts = createUsageAlerts({
    store,
    meter,
    post,
    board,
    now,
    reportError: err => log.error({ err }, 'a client could not be told of its usage'),
  })
  const summaries = createSummaries({
    store,
    post,
    board,
    now,
    isActive: clients.isActive,
    reportError: err => log.error({ err }, 'weeks could not be summed up'),
  })
  const idempotency = createIdempotency({ now: () => now().getTime() })
  const modelCalls = createOutgoing({ allowHosts: config.model.allowHosts })
  const models = createModels({ store, config, outgoing: modelCalls, log, now })
  models.rotate().catch(err => log.warn({ err }, 'keys of models could not be encrypted anew'))
  const voice = createVoice({ library, models, now })
  const reply = createReplier({
    store,
    meter,
    conversations,
    bots,
    voice,
    now,
    newId,
    recorded(turn) {
      overview.record(turn)
      analytics.record(turn)
      feedbacks.record(turn)
      archive.record(turn)
      alerts.after(turn.client_id)
    },
  })

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
    mailOn: post.on,
    demo,
  })
  const addressRoom = addressRoutes({ addresses, board, limits, clientOf: clients.get, mailOn: post.on })
  const exportAll = createClientZip({ store, dir: config.dataDir, now, version, withoutSecrets: true })
  const ownRoom = ownRoutes({ own, limits, exportAll })
  const knowledgeRoom = knowledgeRoutes({
    entries,
    library,
    trash,
    limitOf: clientId => allowance(clientId).knowledgeLimit,
    editsOf: clientId => handEdits(store, clientId),
  })
  const exchangeRoom = exchangeRoutes({
    entries,
    library,
    reader: fileReader,
    limitOf: clientId => allowance(clientId).knowledgeLimit,
  })
  const chatRoom = chatRoutes({
    reply,
    preview: createPreviewer({ store, bots, voice, meter, now, newId }),
    previewLimit: clientId => limits.take('preview', clientId),
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
  const sightings = createSightings({
    store,
    now,
    publicUrl: config.publicUrl,
    reportError: err => log.warn({ err }, 'a site with the widget could not be noted'),
  })
  const asked = { store, library, now, thresholdOf: (id: string) => bots.settings(id).carefulness }
  const lists = {
    unanswered: createQuestionList({
      ...asked,
      marks: unanswered,
      asked: async clientId => (await archive.all(clientId)).refusals,
    }),
    complaints: createQuestionList({
      ...asked,
      marks: complaints,
      asked: (clientId, since) => archive.complaints(clientId, since),
      more: async ({ response, sources, comment }, clientId) => ({
        response,
        comment,
        entry: await entries.named(clientId, sources[0]),
      }),
    }),
  }
  const retention = createRetention({
    store,
    now,
    erased(clientId, sessionIds) {
      archive.reset(clientId)
      for (const id of sessionIds) conversations.forget(clientId, id)
      overview.forget(clientId)
      analytics.forget(clientId)
    },
    reportError: err => log.error({ err }, 'what is due could not be erased'),
  })
  const improveRoom = improveRoutes({
    retention,
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
    exported: createConversationExport({ store, archive }),
    lists,
    news: createNews({ store, archive, runs: goldenRuns, sighting: sightings.of, now }),
    writeAnswer: createAnswerWriter({ entries, goldens, runs: goldenRuns, lists }),
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
  const attention = createAttention({ store, now })
  const organiseRoom = organiseRoutes({
    store,
    organiser: createOrganiser({ store, trash, allowance, now }),
    attention,
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

  return {
    account: accountRoom,
    own: ownRoom,
    address: addressRoom,
    knowledge: knowledgeRoom,
    exchange: exchangeRoom,
    chat: chatRoom,
    improve: improveRoom,
    integration: integrationRoom,
    lead: leadRoom,
    job: jobRoom,
    source: sourceRoom,
    usage: usageRoom,
    organise: organiseRoom,
    site: siteRoom,
    model: modelRoom,
    status: statusRoutes({ store, now, version, mail: mail.status }),

    /** What the guards in front of the rooms ask. */
    findKey: keys.find,
    findSession: sessions.find,
    isActive: clients.isActive,
    mayChat: bots.mayChat,
    cookieName,
    audited,
    noticing: sightings.noticing,
    limits,
    idempotency,
    reportError,

    // What pages and probes show.
    files,
    builtVersion,
    hasDemo: () => demo() !== null,
    library,
    models,
    mail: mail.status,

    /** Begins what waits; returns at once. */
    start() {
      jobs.start()
      mail.start()
      summaries.start()
    },
    /** Begins what is due by the clock; returns how many. */
    async tick() {
      const begun = await schedule.tick()
      await retention.tick()
      await summaries.tick()
      await mail.tick()
      return begun
    },
    /** Stops the jobs under way; they go on at the next start. */
    async close() {
      schedule.close()
      summaries.close()
      await mail.close()
      await retention.close()
      await jobs.close()
      fileReader.close()
      await goldenRuns.close()
      await Promise.all([pageReader.close(), web.close()])
      library.close()
      attention.close()
      await models.close()
      await modelCalls.close()
      await siteCalls.close()
    },
  }
}
