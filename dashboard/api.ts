/**
 * Every call to the server, and the only file that calls fetch. A refusal becomes an ApiError that carries the server's
 * sentence and its complaints by field. When a session has ended, the call waits while the person signs in again
 * (see session.ts) and is then sent once more, so that nothing typed is lost.
 */

import type { ConfirmReply, NoticeChange, NoticeOff, NoticeSettings } from '../server/accounts/address/wire.ts'
import type { AuditPage, OwnAccount, OwnAccountChange, OwnSessions } from '../server/accounts/own/wire.ts'
import type {
  Account,
  BotPreview,
  BotSettings,
  BotSettingsChange,
  CreateKeyReply,
  CreateKeyRequest,
  Done,
  KeyList,
  Me,
  Profile,
  RegisterReply,
  RegisterRequest,
} from '../server/accounts/wire.ts'
import type { ChatEvents, ChatReply, ChatRequest, PreviewRequest } from '../server/chat/wire.ts'
import type { Problem } from '../server/http/wire.ts'
import type {
  AnswerReply,
  AnswerRequest,
  ConversationPage,
  ConversationReply,
  Golden,
  GoldenPage,
  GoldenRequest,
  GoldenRun,
  News,
  QuestionPage,
  RetentionPreview,
  ThresholdPreview,
  Why,
} from '../server/improve/wire.ts'
import type { EmbedCheck, Integration } from '../server/integration/wire.ts'
import type { Job } from '../server/knowledge/jobs/wire.ts'
import type { Source, UploadPreview, UploadReply } from '../server/knowledge/sources/wire.ts'
import type {
  AddSiteRequest,
  ChangeSiteRequest,
  SampleQuestions,
  SitePageList,
  SiteReply,
} from '../server/knowledge/web/wire.ts'
import type {
  AttentionReply,
  BulkReply,
  CategoryList,
  ChangeEntryRequest,
  CreateEntryRequest,
  EntryPage,
  EntryReply,
  HandEdits,
  ImportEntry,
  ImportReply,
  KnowledgeEntry,
  ReviewReply,
  RoundTripReply,
  TestReply,
} from '../server/knowledge/wire.ts'
import type { Lead, LeadPage } from '../server/leads/wire.ts'
import type { ModelChange, ModelSettings, ModelTestReply, ModelTestRequest, ModelUsage } from '../server/model/wire.ts'
import type { AnalyticsReport, UsageOverview } from '../server/usage/wire.ts'
import { readEvents } from './event-stream.ts'
import { t } from './text.ts'

export type {
  Account,
  BotPreview,
  BotSettings,
  BotSettingsChange,
  EntryPage,
  KnowledgeEntry,
  OwnAccount,
  Profile,
  RoundTripReply,
  Source,
  UploadPreview,
  UsageOverview,
}
export type SampleQuestion = SampleQuestions['data'][number]
export type SitePage = SitePageList['data'][number]
export type ConversationRow = ConversationPage['data'][number]
export type ConversationTurn = ConversationReply['turns'][number]
export type QuestionGroup = QuestionPage['data'][number]
/** Lists of questions grouped by meaning: without an answer, or with one that did not help. */
export type QuestionListName = 'unanswered' | 'complaints'
export type {
  AnalyticsReport,
  EmbedCheck,
  Golden,
  GoldenRun,
  Job,
  Lead,
  ModelSettings,
  ModelTestReply,
  News,
  NoticeSettings,
  RetentionPreview,
  ThresholdPreview,
  Why,
}
/** POST /api/knowledge/bulk: all of them or none. */
export type BulkRequest =
  | { action: 'activate' | 'deactivate' | 'delete'; ids: string[] }
  | { action: 'move'; ids: string[]; category: string }
export type ReviewPair = ReviewReply['data'][number]
export type Category = CategoryList['data'][number]
export type EntryTrial = TestReply['data'][number]
export type ApiKey = KeyList['data'][number]

/** A call that was refused (`status` from the server) or never arrived (`status` 0, code `offline`). */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  /** Complaint by field: `email`, `allowed_origins/2`. */
  readonly fields: Record<string, string>
  /** ISO 8601, for a used-up month. */
  readonly resetsAt: string | undefined

  constructor(status: number, problem: Partial<Problem>) {
    super(t.problem[problem.code ?? ''] || problem.detail || problem.error || t.error.unknown)
    this.name = 'ApiError'
    this.status = status
    this.code = problem.code ?? 'unknown'
    this.fields = Object.fromEntries(
      (problem.errors ?? []).map(e => [fieldOf(e.pointer), t.complaint[e.detail] ?? e.detail]),
    )
    this.resetsAt = problem.resets_at
  }
}

/** `#/email` and `/email` are `email`; `~1` and `~0` are RFC 6901's escapes. */
function fieldOf(pointer: string): string {
  return pointer
    .replace(/^#?\/?/, '')
    .replace(/~1/g, '/')
    .replace(/~0/g, '~')
}

/** Turns anything thrown into an ApiError, so that pages have one shape to show. */
export function asApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown
  if (thrown instanceof DOMException && thrown.name === 'AbortError')
    return new ApiError(0, { code: 'aborted', detail: t.error.stopped })
  if (thrown instanceof TypeError) return new ApiError(0, { code: 'offline', detail: t.error.offline })
  throw thrown
}

/** Asks the person to sign in again; true when they did. Set by session.ts. */
let signInAgain: () => Promise<boolean> = async () => false
export function onSessionEnd(ask: () => Promise<boolean>): void {
  signInAgain = ask
}

interface CallOptions {
  body?: unknown
  query?: Record<string, string | number | undefined>
  /** Calls about the session itself must not wait for a sign-in. */
  anonymous?: boolean
  /** Lets the request outlive the page (a delete that was about to be sent). */
  keepalive?: boolean
  accept?: string
  signal?: AbortSignal
}

async function send(method: string, path: string, options: CallOptions = {}): Promise<Response> {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(options.query ?? {}))
    if (value !== undefined && value !== '') query.set(name, String(value))
  const headers: Record<string, string> = { Accept: options.accept ?? 'application/json' }
  const form = options.body instanceof FormData ? options.body : undefined
  if (options.body !== undefined && !form) headers['Content-Type'] = 'application/json'
  const url = query.toString() ? `${path}?${query}` : path
  const request = () =>
    fetch(url, {
      method,
      headers,
      body: form ?? (options.body === undefined ? undefined : JSON.stringify(options.body)),
      credentials: 'same-origin',
      keepalive: options.keepalive,
      signal: options.signal,
    })

  let response = await request()
  if (response.status === 401 && !options.anonymous && (await signInAgain())) response = await request()
  if (!response.ok) throw new ApiError(response.status, await problemOf(response))
  return response
}

/** A proxy in front may answer with a page of its own instead of a problem document. */
async function problemOf(response: Response): Promise<Partial<Problem>> {
  try {
    return (await response.json()) as Partial<Problem>
  } catch {
    return { detail: t.error.status(response.status) }
  }
}

async function call<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
  try {
    const response = await send(method, path, options)
    return (await response.json()) as T
  } catch (thrown) {
    throw asApiError(thrown)
  }
}

export interface EntryQuery {
  search?: string
  category?: string
  source?: string
  flagged?: 1
  page?: number
  limit?: number
}

export type ChatHandlers = { [E in keyof ChatEvents]?: (event: ChatEvents[E]) => void }

const entryPath = (id: string) => `/api/knowledge/entries/${encodeURIComponent(id)}`
function formOf(files: File[], mapping?: Record<string, string>): FormData {
  const form = new FormData()
  for (const file of files) form.append('files', file, file.name)
  if (mapping) form.set('mapping', JSON.stringify(mapping))
  return form
}

const sitePath = (id: string) => `/api/sources/${encodeURIComponent(id)}`
const jobPath = (id: string) => `/api/jobs/${encodeURIComponent(id)}`
const talkPath = (id: string) => `/api/conversations/${encodeURIComponent(id)}`
const keyPath = (id: string) => `/api/keys/${encodeURIComponent(id)}`

export const api = {
  register: (body: RegisterRequest) => call<RegisterReply>('POST', '/api/clients/register', { body, anonymous: true }),
  signIn: (email: string, password: string) =>
    call<Me>('POST', '/api/auth/client-login', { body: { email, password }, anonymous: true }),
  signOut: () => call<Done>('POST', '/api/auth/logout', { body: {}, anonymous: true }),
  me: () => call<Me>('GET', '/api/auth/me', { anonymous: true }),
  forgot: (email: string) => call<Done>('POST', '/api/auth/forgot', { body: { email }, anonymous: true }),
  resetPassword: (token: string, password: string) =>
    call<Done>('POST', '/api/auth/reset', { body: { token, password }, anonymous: true }),
  confirm: (token: string) => call<ConfirmReply>('POST', '/api/auth/confirm', { body: { token }, anonymous: true }),
  confirmCode: (code: string) => call<ConfirmReply>('POST', '/api/account/confirm', { body: { code } }),
  sendConfirmation: () => call<Done>('POST', '/api/account/confirm/send', { body: {} }),
  noticesOff: (token: string) =>
    call<NoticeOff>('POST', `/mail/off/${encodeURIComponent(token)}`, { body: {}, anonymous: true }),
  notices: () => call<NoticeSettings>('GET', '/api/account/notices'),
  changeNotices: (body: NoticeChange) => call<NoticeSettings>('PATCH', '/api/account/notices', { body }),
  /** The demo client's sign-in; not_found on an installation without one. */
  demo: () => call<{ email: string; password: string }>('GET', '/api/demo', { anonymous: true }),

  account: () => call<OwnAccount>('GET', '/api/account'),
  changeAccount: (body: OwnAccountChange) => call<OwnAccount>('PATCH', '/api/account', { body }),
  changePassword: (body: { password: string; new_password: string }) =>
    call<Done>('POST', '/api/account/password', { body }),
  changeEmail: (body: { password: string; email: string }) => call<OwnAccount>('POST', '/api/account/email', { body }),
  requestPlan: (plan: string) => call<OwnAccount>('POST', '/api/account/plan', { body: { plan } }),
  sessions: () => call<OwnSessions>('GET', '/api/account/sessions'),
  endSession: (id: string) => call<Done>('DELETE', `/api/account/sessions/${encodeURIComponent(id)}`),
  endOtherSessions: () => call<Done>('DELETE', '/api/account/sessions'),
  audit: (page: number) => call<AuditPage>('GET', '/api/account/audit', { query: { page, limit: 25 } }),
  closeAccount: (password: string) => call<OwnAccount>('POST', '/api/account/close', { body: { password } }),
  reopenAccount: () => call<OwnAccount>('POST', '/api/account/reopen', { body: {} }),
  /** A zip, for a link. */
  exportPath: '/api/account/export',

  /** Says that somebody looks at the portal; what is new since the visit before. */
  visit: () => call<News>('POST', '/api/visit', { body: {} }),
  profile: () => call<Profile>('GET', '/api/clients/profile'),
  usage: () => call<UsageOverview>('GET', '/api/usage'),

  listEntries: (query: EntryQuery) => call<EntryPage>('GET', '/api/knowledge', { query: { ...query } }),
  handEdits: () => call<HandEdits>('GET', '/api/knowledge/edits'),
  /** Everything a client knows, at once: for a copy to keep. */
  dumpEntries: (clientId: string) =>
    call<{ knowledge: KnowledgeEntry[] }>('GET', `/api/knowledge/${encodeURIComponent(clientId)}`),
  getEntry: (id: string) => call<EntryReply>('GET', entryPath(id)),
  createEntry: (body: CreateEntryRequest) => call<EntryReply>('POST', '/api/knowledge', { body }),
  changeEntry: (id: string, body: ChangeEntryRequest) => call<EntryReply>('PATCH', entryPath(id), { body }),
  deleteEntry: (id: string, keepalive = false) =>
    call<Done & { undo_id: string }>('DELETE', entryPath(id), { keepalive }),
  clearKnowledge: (clientId: string) =>
    call<Done & { undo_id: string }>('DELETE', `/api/knowledge/${encodeURIComponent(clientId)}`),
  importEntries: (entries: ImportEntry[], dryRun = false) =>
    call<ImportReply>('POST', '/api/knowledge/import', {
      body: { entries },
      query: { dry_run: dryRun ? 1 : undefined },
    }),

  addSite: (body: { url: string } & Partial<AddSiteRequest>) => call<SiteReply>('POST', '/api/sources', { body }),
  changeSite: (id: string, body: ChangeSiteRequest) => call<SiteReply>('PATCH', sitePath(id), { body }),
  sitePages: (id: string, query: Record<string, string | number>) =>
    call<SitePageList>('GET', `${sitePath(id)}/pages`, { query }),
  sampleQuestions: (id: string) => call<SampleQuestions>('GET', `${sitePath(id)}/questions`),
  sources: () => call<{ data: Source[] }>('GET', '/api/sources'),
  source: (id: string) => call<{ source: Source }>('GET', sitePath(id)),
  readSource: (id: string) => call<{ job: Job }>('POST', `${sitePath(id)}/read`, { body: {} }),
  deleteSource: (id: string, keepalive = false) => call<Done>('DELETE', sitePath(id), { keepalive }),
  /** The uploaded file, for a link. */
  sourceFilePath: (id: string) => `${sitePath(id)}/file`,
  bulk: (body: BulkRequest) => call<BulkReply>('POST', '/api/knowledge/bulk', { body }),
  attention: () => call<AttentionReply>('GET', '/api/knowledge/attention'),
  duplicates: (query: { page: number; limit: number }) =>
    call<ReviewReply>('GET', '/api/knowledge/duplicates', { query }),
  settlePair: (ids: [string, string], settled: boolean) =>
    call<Done>('POST', '/api/knowledge/duplicates/settle', { body: { ids, settled } }),
  mergeEntries: (keep: string, drop: string) =>
    call<BulkReply>('POST', '/api/knowledge/merge', { body: { keep, drop } }),
  resolveEntry: (
    id: string,
    body: { take: 'mine' | 'source' } & Partial<Pick<KnowledgeEntry, 'title' | 'question' | 'content'>>,
  ) => call<BulkReply>('POST', `${entryPath(id)}/resolve`, { body }),
  testEntry: (id: string, questions?: string[]) =>
    call<TestReply>('POST', `${entryPath(id)}/test`, { body: questions ? { questions } : {} }),
  categories: () => call<CategoryList>('GET', '/api/knowledge/categories'),
  renameCategory: (from: string, to: string) =>
    call<BulkReply>('POST', '/api/knowledge/categories/rename', { body: { from, to } }),
  /** A file, for a link. */
  exportEntriesPath: (format: 'csv' | 'xlsx' | 'jsonl') => `/api/knowledge/export?format=${format}`,
  roundTrip: (file: File, query: { accept?: 1; expect?: string; removed?: 'delete' | 'keep'; from?: number }) =>
    call<RoundTripReply>('POST', '/api/knowledge/round-trip', {
      body: formOf([file]),
      query: { ...query, limit: 1000 },
    }),
  undo: (undo_id: string) => call<Done>('POST', '/api/knowledge/undo', { body: { undo_id } }),
  previewFile: (file: File, mapping?: Record<string, string>) =>
    call<UploadPreview>('POST', '/api/knowledge/upload/preview', { body: formOf([file], mapping) }),
  uploadFiles: (files: File[], mapping?: Record<string, string>) =>
    call<UploadReply>('POST', '/api/knowledge/upload', { body: formOf(files, mapping) }),
  jobs: () => call<{ data: Job[] }>('GET', '/api/jobs', { query: { limit: 20 } }),
  /** The jobs of the last 30 days that read a source, newest first. */
  sourceRuns: (source_id: string) => call<{ data: Job[] }>('GET', '/api/jobs', { query: { source_id, limit: 30 } }),
  job: (id: string) => call<{ job: Job }>('GET', jobPath(id)),
  cancelJob: (id: string) => call<{ job: Job }>('POST', `${jobPath(id)}/cancel`, { body: {} }),
  pauseJob: (id: string) => call<{ job: Job }>('POST', `${jobPath(id)}/pause`, { body: {} }),
  resumeJob: (id: string) => call<{ job: Job }>('POST', `${jobPath(id)}/resume`, { body: {} }),
  /** Hands on each state of a job; resolves when the stream ends. */
  async watchJob(id: string, see: (job: Job) => void, signal: AbortSignal): Promise<void> {
    try {
      const response = await send('GET', `${jobPath(id)}/events`, { accept: 'text/event-stream', signal })
      await readEvents(response.body!, (_, data) => see(data as Job))
    } catch (thrown) {
      throw asApiError(thrown)
    }
  },

  conversations: (query: Record<string, string | number>) =>
    call<ConversationPage>('GET', '/api/conversations', { query }),
  /** A file, for a link. */
  conversationExportPath: (query: Record<string, string>) =>
    `/api/conversations/export?${new URLSearchParams(Object.entries(query).filter(([, value]) => value !== ''))}`,
  conversation: (id: string) => call<ConversationReply>('GET', talkPath(id)),
  deleteConversation: (id: string, keepalive = false) => call<Done>('DELETE', talkPath(id), { keepalive }),
  noteConversation: (id: string, note: string) => call<Done>('PUT', `${talkPath(id)}/note`, { body: { note } }),
  why: (answerId: string) => call<Why>('GET', `/api/answers/${encodeURIComponent(answerId)}/why`),
  questions: (list: QuestionListName, query: Record<string, string | number>) =>
    call<QuestionPage>('GET', `/api/${list}`, { query }),
  markQuestion: (list: QuestionListName, id: string, state: QuestionGroup['state']) =>
    call<Done>('PATCH', `/api/${list}/${encodeURIComponent(id)}`, { body: { state } }),
  writeAnswer: (body: Partial<AnswerRequest>) => call<AnswerReply>('POST', '/api/answers', { body }),
  goldens: (query: Record<string, string | number>) => call<GoldenPage>('GET', '/api/goldens', { query }),
  createGolden: (body: GoldenRequest) => call<{ golden: Golden }>('POST', '/api/goldens', { body }),
  deleteGolden: (id: string, keepalive = false) =>
    call<Done>('DELETE', `/api/goldens/${encodeURIComponent(id)}`, { keepalive }),
  runGoldens: () => call<GoldenRun>('POST', '/api/goldens/run', { body: {} }),
  /** What the last change did to the goldens, without waiting for quiet. */
  settleGoldens: () => call<{ run: GoldenRun | null }>('POST', '/api/goldens/settle', { body: {} }),
  goldenRuns: () => call<{ data: GoldenRun[] }>('GET', '/api/goldens/runs'),
  previewThreshold: (value: string) =>
    call<ThresholdPreview>('GET', '/api/bot/threshold-preview', { query: { value } }),
  leads: (query: Record<string, string | number>) => call<LeadPage>('GET', '/api/leads', { query }),
  deleteLead: (id: string, keepalive = false) =>
    call<Done>('DELETE', `/api/leads/${encodeURIComponent(id)}`, { keepalive }),
  markLead: (id: string, handled: boolean) =>
    call<{ lead: Lead }>('PATCH', `/api/leads/${encodeURIComponent(id)}`, { body: { handled } }),
  /** A file, for a link. */
  leadExportPath: (format: string) => `/api/leads/export?${new URLSearchParams({ format })}`,

  integrations: () => call<{ integrations: Integration[] }>('GET', '/api/integrations'),
  embedCheck: (url: string) => call<EmbedCheck>('GET', '/api/embed-check', { query: { url } }),

  model: () => call<ModelSettings>('GET', '/api/model'),
  changeModel: (body: ModelChange) => call<ModelSettings>('PUT', '/api/model', { body }),
  testModel: (body: ModelTestRequest) => call<ModelTestReply>('POST', '/api/model/test', { body }),
  modelUsage: () => call<ModelUsage>('GET', '/api/model/usage'),

  analytics: (span: { from: string; to: string }) => call<AnalyticsReport>('GET', '/api/analytics', { query: span }),
  /** A file, for a link. */
  analyticsExportPath: (span: { from: string; to: string }, format: 'csv' | 'xlsx') =>
    `/api/analytics/export?${new URLSearchParams({ ...span, format })}`,

  listKeys: () => call<KeyList>('GET', '/api/keys'),
  createKey: (body: CreateKeyRequest) => call<CreateKeyReply>('POST', '/api/keys', { body }),
  rotateKey: (id: string, graceHours: number) =>
    call<CreateKeyReply>('POST', `${keyPath(id)}/rotate`, { body: {}, query: { grace_hours: graceHours } }),
  restoreKey: (id: string) => call<ApiKey>('POST', `${keyPath(id)}/restore`, { body: {} }),
  revokeKey: (id: string) => call<Done>('DELETE', keyPath(id)),

  botSettings: () => call<BotSettings>('GET', '/api/bot/settings'),
  changeBotSettings: (body: BotSettingsChange) => call<BotSettings>('PATCH', '/api/bot/settings', { body }),

  /** What would be erased with these days. */
  previewRetention: (query: { days?: number; lead_days?: number }) =>
    call<RetentionPreview>('GET', '/api/bot/retention', { query }),
  /** What the widget would be told of the bot after a change. */
  previewBot: (body: BotSettingsChange) => call<BotPreview>('POST', '/api/bot/preview', { body }),
  /** Asks the bot as it would be after a change; neither kept nor counted. */
  previewChat: (body: PreviewRequest) => call<ChatReply>('POST', '/api/bot/preview/chat', { body }),
  suggest: (q: string) => call<{ suggestions: string[] }>('GET', '/api/suggest', { query: { q, limit: 3 } }),

  /** Asks the bot and hands on each event of the answer; resolves after the last one. Throws an `error` event's problem. */
  async chat(body: ChatRequest, handlers: ChatHandlers, signal: AbortSignal): Promise<void> {
    try {
      const response = await send('POST', '/api/chat', { body, accept: 'text/event-stream', signal })
      let finished = false
      await readEvents(response.body!, (name, data) => {
        if (name === 'error') throw new ApiError(500, (data as ChatEvents['error']).problem)
        if (name === 'done') finished = true
        handlers[name as keyof ChatEvents]?.(data as never)
      })
      if (!finished) throw new ApiError(0, { code: 'offline', detail: t.error.cutOff })
    } catch (thrown) {
      throw asApiError(thrown)
    }
  },
}
