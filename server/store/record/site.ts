/** Websites as a source: their pages, and what they repeat. */
import { type InferRow, table } from '../define.ts'
import { int, json, text, time } from './column.ts'

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
