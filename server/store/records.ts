/**
 * Every record that Parley keeps, with its columns in file order. The first columns of clients, sessions, usage_logs and
 * knowledge are a contract with files that already exist: new columns go to the right of them.
 */
import { type Column, counter, type InferRow, log, table } from './define.ts'

const text: Column<string> = { kind: 'text' }
const bool: Column<boolean> = { kind: 'bool' }
const int: Column<number> = { kind: 'int' }
/** Empty in the file means null. */
const maybeInt: Column<number | null> = { kind: 'int', nullable: true }
/** ISO 8601 UTC with milliseconds; the empty string means never. */
const time: Column<string> = { kind: 'time' }
const json = <T>(empty: T): Column<T> => ({ kind: 'json', empty })

export const clients = table({
  name: 'clients',
  file: 'clients.csv',
  key: 'client_id',
  unique: ['email'],
  columns: {
    client_id: text,
    company_name: text,
    /** Lower case, trimmed. */
    email: text,
    /** scrypt-kdf's own format, base64. */
    password_hash: text,
    /** SHA-256 (hex) of the first secret key; keys.csv holds all of them. */
    api_key: text,
    created_at: time,
    last_login: time,
    is_active: bool,
    plan: text,
    /** Null: the plan's. */
    knowledge_limit: maybeInt,
    /** Null: the plan's. */
    monthly_requests: maybeInt,
    /** Requests of the current month; written from the counter at each checkpoint. */
    used_requests: int,
    /** A plan asked for at registration or in the portal, until the operator decides. */
    requested_plan: text,
    updated_at: time,
    contact_person: text,
    phone: text,
    whatsapp: text,
    address: text,
    business_type: text,
    tax_number: text,
    /** From then on the account is closed: the owner asked for it, with time to think again. */
    closing_at: time,
  },
})
export type Client = InferRow<typeof clients>

export const sessions = table({
  name: 'sessions',
  file: 'sessions.csv',
  key: 'session_id',
  /** Rows past `expires_at` are dropped at a checkpoint. */
  expires: 'expires_at',
  columns: {
    /** SHA-256 (hex) of the token. */
    session_id: text,
    client_id: text,
    created_at: time,
    expires_at: time,
    is_active: bool,
    /** Where it was opened, to be recognized by its owner. */
    ip_address: text,
    user_agent: text,
  },
})
export type Session = InferRow<typeof sessions>

export const keys = table({
  name: 'keys',
  file: 'keys.csv',
  key: 'key_id',
  unique: ['hash'],
  columns: {
    key_id: text,
    client_id: text,
    name: text,
    /** The first characters of the key, e.g. `cb_Ab12Cd34`, to tell keys apart. */
    hint: text,
    /** SHA-256 (hex) of the whole key. */
    hash: text,
    /** Space-separated: chat knowledge read. */
    scopes: text,
    created_at: time,
    expires_at: time,
    last_used_at: time,
    revoked_at: time,
  },
})
export type Key = InferRow<typeof keys>

/** What visitors are asked for so that a person can write back, and when. */
export interface LeadForm {
  when: 'never' | 'refusal' | 'before'
  fields: { name: 'name' | 'email' | 'phone' | 'message'; required: boolean }[]
  /** Empty: the widget's own words. */
  title: string
  text: string
  thanks: string
}

export const bots = table({
  name: 'bots',
  file: 'bots.csv',
  key: 'client_id',
  columns: {
    client_id: text,
    name: text,
    greeting: text,
    /** #rrggbb */
    color: text,
    /** Ways on, named in a refusal: an e-mail address, phone number or https link. */
    contact: text,
    /** Origins the public id may be used from; none = any. */
    allowed_origins: json<string[]>([]),
    suggestions: json<string[]>([]),
    updated_at: time,
    /** right or left; empty: right. */
    position: text,
    /** auto, light or dark; empty: auto. */
    theme: text,
    /** BCP 47; empty: the visitor's. */
    lang: text,
    /** Words beside the launcher's sign. */
    launcher: text,
    /** In place of the launcher's sign: a character or two, or the https address of an image. */
    icon: text,
    /** In the chat's head, as `icon`. */
    avatar: text,
    placeholder: text,
    /** Seconds after which the chat opens by itself; null: never. */
    open_after: maybeInt,
    /** Paths of pages without the widget, such as `/checkout*`. */
    hide_on: json<string[]>([]),
    /** tab, keep or none; empty: tab. */
    history: text,
    consent_text: text,
    consent_url: text,
    lead: json<LeadForm | null>(null),
    /** The widget's words that the client says otherwise, by name. */
    texts: json<Record<string, string>>({}),
    /** Confidence from which an answer is given, in hundredths; null: the engine's own. */
    carefulness: maybeInt,
  },
})
export type Bot = InferRow<typeof bots>

export const plans = table({
  name: 'plans',
  file: 'plans.csv',
  key: 'plan',
  columns: {
    plan: text,
    knowledge_limit: int,
    monthly_requests: int,
    price_cents: int,
    currency: text,
  },
})
export type Plan = InferRow<typeof plans>

export const knowledge = table({
  name: 'knowledge',
  /** One folder per client. */
  file: 'knowledge/{partition}/knowledge.csv',
  partitioned: true,
  key: 'id',
  /** Rows that count against a limit and are answered from. */
  live: 'is_active',
  columns: {
    id: text,
    /** The answer (qa), the passage (text) or "Column: value; …" (row); up to 20,000 characters. */
    content: text,
    category: text,
    source: text,
    created_at: time,
    is_active: bool,
    /** text, qa or row; empty = text. */
    kind: text,
    title: text,
    question: text,
    alternates: json<string[]>([]),
    lang: text,
    url: text,
    metadata: json<Record<string, unknown>>({}),
    updated_at: time,
    /** The row of sources.csv it came from; empty for what was typed or sent one by one. */
    source_id: text,
    /** Where in its source: a page's URL, `page 3`, `sheet Prices, row 12`. */
    origin: text,
    /** The headings it stands under, outermost first, joined by ` › `. */
    section: text,
    /** When a person last changed what it says; empty for what is as its source gave it. */
    edited_at: time,
    /** Who did: portal or api. */
    edited_by: text,
    /** SHA-256 (hex, 32 characters) of what its source last said, to see whether it says something else now. */
    content_hash: text,
    /** What a person should look at: `changed` (the source says something else now) or `gone`; empty = nothing. */
    flag: text,
    /** With flag `changed`: the fields as the source has them now. */
    incoming: json<Record<string, unknown>>({}),
  },
})
export type KnowledgeRow = InferRow<typeof knowledge>

/** Entries that were deleted, for as long as that can be undone; later ones leave with the next deletion. */
export const deletedEntries = table({
  name: 'deleted_entries',
  file: 'knowledge/{partition}/deleted.csv',
  partitioned: true,
  key: 'key',
  columns: {
    /** `<undo_id>:<id of the entry>` */
    key: text,
    /** What was deleted together comes back together. */
    undo_id: text,
    /** The entry's row of knowledge.csv. */
    entry: json<Record<string, unknown>>({}),
    deleted_at: time,
    expires_at: time,
  },
})
export type DeletedEntry = InferRow<typeof deletedEntries>

/** Where entries come from: uploaded files, sites. */
export const sources = table({
  name: 'sources',
  file: 'sources.csv',
  key: 'source_id',
  columns: {
    source_id: text,
    client_id: text,
    /** file, site, import or api. */
    kind: text,
    /** As people see it: the file's or site's name. */
    name: text,
    /** Of a site: where it begins. */
    url: text,
    /** Of a file: its name below `uploads/<client_id>/`. */
    file: text,
    /** What the runner of its jobs needs: category, column mapping, depth … */
    settings: json<Record<string, unknown>>({}),
    /** off, daily or weekly; empty = off. */
    schedule: text,
    last_run_at: time,
    next_run_at: time,
    /** new, ready, failed or running. */
    state: text,
    /** Why the last run failed, as a sentence. */
    error: text,
    created_at: time,
    updated_at: time,
  },
})
export type Source = InferRow<typeof sources>

/** Work that takes longer than a request: see knowledge/jobs. */
export const jobs = table({
  name: 'jobs',
  file: 'jobs.csv',
  key: 'job_id',
  /** Set when it ends. */
  expires: 'expires_at',
  columns: {
    job_id: text,
    client_id: text,
    /** Names its runner: files, crawl … */
    kind: text,
    /** queued, running, paused, done, failed or cancelled. */
    state: text,
    input: json<Record<string, unknown>>({}),
    /** Numbers that people watch: found, fetched, kept, skipped, total … */
    progress: json<Record<string, unknown>>({}),
    /** Where its runner goes on from after a pause or a restart; empty once it has ended. */
    checkpoint: json<Record<string, unknown>>({}),
    result: json<Record<string, unknown>>({}),
    /** Why it failed, as a sentence. */
    error: text,
    /** Starts since its last checkpoint. */
    attempts: int,
    created_at: time,
    started_at: time,
    finished_at: time,
    updated_at: time,
    expires_at: time,
  },
})
export type JobRow = InferRow<typeof jobs>

/** Pages of a client's sites: what became of each, and what is needed to see whether it changed. */
export const pages = table({
  name: 'pages',
  file: 'pages/{partition}/pages.csv',
  partitioned: true,
  key: 'page_id',
  columns: {
    page_id: text,
    source_id: text,
    url: text,
    /** kept, skipped, failed or gone; empty: found, not visited yet. A page that fails keeps its last good text, and `kept`. */
    state: text,
    /** Why it was skipped or failed, or what came of the last visit: see knowledge/web/reason.ts. */
    reason: text,
    title: text,
    /** Links away from the start. */
    depth: int,
    /** Entries it gave. */
    entries: int,
    /** The last visit that got an answer. */
    fetched_at: time,
    etag: text,
    last_modified: text,
    /** As the site's sitemap says. */
    lastmod: time,
    content_hash: text,
    /** Visits in a row that did not get the page. */
    failures: int,
    /** The job that it waits for, and the last one that dealt with it: unequal = waiting. */
    queued_run: text,
    run_id: text,
    /** What the last run that changed something did: added, changed or removed. */
    change: text,
    changed_at: time,
  },
})
export type PageRow = InferRow<typeof pages>

/** What each site of a client repeats on page after page, so that a later run knows it before it has seen many pages. */
export const templates = table({
  name: 'templates',
  file: 'pages/{partition}/templates.csv',
  partitioned: true,
  key: 'source_id',
  columns: {
    source_id: text,
    /** Hash of a block's words, and the page that it was first seen on. */
    blocks: json<[string, string][]>([]),
    updated_at: time,
  },
})
export type TemplateRow = InferRow<typeof templates>

export const usageLogs = log({
  name: 'usage_logs',
  file: 'usage_logs.csv',
  /** A closed month moves to usage_logs-YYYY-MM.csv. */
  monthly: true,
  time: 'timestamp',
  columns: {
    timestamp: time,
    client_id: text,
    action: text,
    details: text,
    ip_address: text,
  },
})
export type UsageLog = InferRow<typeof usageLogs>

export const turns = log({
  name: 'turns',
  file: 'conversations/{partition}/turns.csv',
  partitioned: true,
  monthly: true,
  time: 'timestamp',
  columns: {
    timestamp: time,
    turn_id: text,
    client_id: text,
    session_id: text,
    message: text,
    response: text,
    answered: bool,
    /** 0–1 in ten-thousandths, so that it stays exact. */
    confidence: int,
    /** Ids of the entries that the answer was taken from. */
    sources: json<string[]>([]),
    /** What "why this answer" needs: passages, features, threshold. */
    why: json<Record<string, unknown>>({}),
    lang: text,
    /** key, session or public. */
    channel: text,
    /** Origin of the page, where known. */
    origin: text,
    /** answer, refusal, choice or small-talk. */
    kind: text,
    /** How long the answer took, in milliseconds; 0 where nobody measured. */
    ms: int,
    /** Address of the visitor's page, without query and fragment, where known. */
    page: text,
  },
})
export type Turn = InferRow<typeof turns>

/** What visitors thought of answers. A log: the last row for a turn is what holds. */
export const feedback = log({
  name: 'feedback',
  file: 'feedback/{partition}/feedback.csv',
  partitioned: true,
  monthly: true,
  time: 'timestamp',
  columns: {
    timestamp: time,
    client_id: text,
    turn_id: text,
    session_id: text,
    /** up, down, or none when it was taken back. */
    rating: text,
    comment: text,
  },
})
export type Feedback = InferRow<typeof feedback>

/** What a client's people wrote down about a conversation. */
export const notes = table({
  name: 'notes',
  file: 'notes/{partition}/notes.csv',
  partitioned: true,
  key: 'session_id',
  columns: { session_id: text, client_id: text, note: text, updated_at: time },
})
export type Note = InferRow<typeof notes>

/** Unanswered questions that a client has dealt with. */
export const unanswered = table({
  name: 'unanswered',
  file: 'unanswered/{partition}/unanswered.csv',
  partitioned: true,
  key: 'id',
  columns: {
    /** Of the group of questions: a hash of `question`. */
    id: text,
    client_id: text,
    /** The wording that stands for the group. */
    question: text,
    /** resolved: reopened by the next time it is not answered; ignored: stays away. */
    state: text,
    updated_at: time,
  },
})
export type UnansweredMark = InferRow<typeof unanswered>

/** Questions with the entries that a client expects to answer them. */
export const goldens = table({
  name: 'goldens',
  file: 'goldens/{partition}/goldens.csv',
  partitioned: true,
  key: 'golden_id',
  columns: {
    golden_id: text,
    client_id: text,
    question: text,
    /** Ids of entries, any of which is right; none: it should be refused. */
    expected: json<string[]>([]),
    /** Messages said before, for a follow-up. */
    before: json<string[]>([]),
    created_at: time,
    updated_at: time,
  },
})
export type GoldenRow = InferRow<typeof goldens>

/** What became of the goldens each time they were asked; the newest few are kept. */
export const goldenRuns = table({
  name: 'golden_runs',
  file: 'golden_runs/{partition}/golden_runs.csv',
  partitioned: true,
  key: 'run_id',
  columns: {
    run_id: text,
    client_id: text,
    timestamp: time,
    /** call: asked for; change: after a change of knowledge or settings. */
    reason: text,
    total: int,
    passed: int,
    /** By golden: what was found. */
    results: json<Record<string, GoldenResult>>({}),
  },
})
export type GoldenRunRow = InferRow<typeof goldenRuns>

export interface GoldenResult {
  ok: boolean
  /** The entry that was cited; empty for a refusal. */
  found: string
  /** 0–1, two decimals. */
  confidence: number
}

/** Visitors who left word how to reach them. */
export const leads = table({
  name: 'leads',
  file: 'leads/{partition}/leads.csv',
  partitioned: true,
  key: 'lead_id',
  columns: {
    lead_id: text,
    client_id: text,
    created_at: time,
    name: text,
    email: text,
    phone: text,
    message: text,
    /** The conversation it came from; empty when there was none. */
    session_id: text,
    /** The page it came from, without query and fragment. */
    page: text,
  },
})
export type Lead = InferRow<typeof leads>

/** What happened to an account: sign-ins, keys, settings, deletions. Each of them stands in usage_logs.csv too. */
export const audit = log({
  name: 'audit',
  file: 'audit/{partition}/audit.csv',
  partitioned: true,
  monthly: true,
  time: 'timestamp',
  columns: {
    timestamp: time,
    client_id: text,
    action: text,
    /** JSON; never a secret. */
    details: text,
    ip_address: text,
    /** session, key or open. */
    via: text,
  },
})
export type AuditRow = InferRow<typeof audit>

/** Chat requests of a client in a UTC calendar month (`period` = YYYY-MM); shown in clients.csv as used_requests. */
export const requests = counter({
  name: 'requests',
  file: 'counters.csv',
  mirror: { table: clients, column: 'used_requests' },
})

/** A client's choice of model; no row: the installation's, where there is one. Prices and ceilings in millionths of the currency. */
export const models = table({
  name: 'models',
  file: 'models.csv',
  key: 'client_id',
  columns: {
    client_id: text,
    /** installation, own or off. */
    mode: text,
    base_url: text,
    model: text,
    /** The key, encrypted (AES-256-GCM) under SECRET_KEY; empty: none. */
    sealed_key: text,
    /** The key's last four characters. */
    key_hint: text,
    /** For a million tokens. */
    input_price: int,
    output_price: int,
    /** Of a UTC month; null: no ceiling. */
    monthly_tokens: maybeInt,
    monthly_budget: maybeInt,
    /** Asked for at the same server; empty: no embeddings of one's own. */
    embedding_model: text,
    updated_at: time,
  },
})
export type ModelRow = InferRow<typeof models>

/** Tokens sent to and written by models that the operator pays for, by client and UTC month. */
export const modelTokens = counter({ name: 'model_tokens', file: 'counters.csv' })
/** Their cost in millionths of the currency; the key `*` counts all clients together. */
export const modelCost = counter({ name: 'model_cost', file: 'counters.csv' })
/** The same of models that clients pay for. */
export const ownModelTokens = counter({ name: 'own_model_tokens', file: 'counters.csv' })
export const ownModelCost = counter({ name: 'own_model_cost', file: 'counters.csv' })

/** Vectors of a client's passages: a cache that can be deleted. */
export const vectors = table({
  name: 'vectors',
  file: 'knowledge/{partition}/vectors.csv',
  partitioned: true,
  key: 'hash',
  columns: {
    /** Of the model's name and the text, SHA-256 (32 hex digits). */
    hash: text,
    /** Base64 of signed bytes: the vector, scaled so that its greatest component is 127. */
    vector: text,
  },
})
export type VectorRow = InferRow<typeof vectors>
