/** What a bot knows, where it is from, and the work that brings it in. */
import { type InferRow, table } from '../define.ts'
import { bool, int, json, text, time } from './column.ts'

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

/** What brings entries back as they were, for as long as that can be undone; later ones leave with the next deletion. */
export const deletedEntries = table({
  name: 'deleted_entries',
  file: 'knowledge/{partition}/deleted.csv',
  partitioned: true,
  key: 'key',
  columns: {
    /** `<undo_id>:<id of the entry>` */
    key: text,
    /** What was changed together comes back together. */
    undo_id: text,
    /** The entry's row of knowledge.csv as it was before; of an added one as it was added. */
    entry: json<Record<string, unknown>>({}),
    /** When it was deleted, changed or added: the `updated_at` that a change gave it. */
    deleted_at: time,
    expires_at: time,
    /** What undoing undoes: `changed`, `added`; empty = that it was deleted. */
    was: text,
  },
})
export type DeletedEntry = InferRow<typeof deletedEntries>

/** Pairs of entries that a person looked at and found right as they are. */
export const settledPairs = table({
  name: 'settled_pairs',
  file: 'knowledge/{partition}/settled.csv',
  partitioned: true,
  key: 'pair',
  columns: {
    /** Both ids in order, a space between. */
    pair: text,
    /** SHA-256 (hex, 32 characters) of what both said: it holds as long as they say it. */
    words: text,
    settled_at: time,
  },
})
export type SettledPair = InferRow<typeof settledPairs>

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
