/** Which entries a list shows, and in which order. */
import { z } from '@hono/zod-openapi'
import type * as wire from './wire.ts'

export const flag = z.enum(['0', '1', 'true', 'false']).optional()
export const isOn = (value: z.infer<typeof flag>) => value === '1' || value === 'true'

export const sorts = ['newest', 'oldest', 'updated', 'title', 'category', 'source'] as const
const nameOf = (entry: wire.KnowledgeEntry) => entry.question || entry.title || entry.content
export const orders: Record<(typeof sorts)[number], (a: wire.KnowledgeEntry, b: wire.KnowledgeEntry) => number> = {
  newest: (a, b) => b.created_at.localeCompare(a.created_at),
  oldest: (a, b) => a.created_at.localeCompare(b.created_at),
  updated: (a, b) => b.updated_at.localeCompare(a.updated_at),
  title: (a, b) => nameOf(a).localeCompare(nameOf(b)),
  category: (a, b) => a.category.localeCompare(b.category),
  source: (a, b) => a.source.localeCompare(b.source) || a.origin.localeCompare(b.origin, 'en', { numeric: true }),
}

export interface Filter {
  category?: string | undefined
  source?: string | undefined
  source_id?: string | undefined
  kind?: string | undefined
  lang?: string | undefined
  active?: z.infer<typeof flag>
  edited?: z.infer<typeof flag>
  flagged?: z.infer<typeof flag>
  since?: string | undefined
}

export function matching(filter: Filter): (entry: wire.KnowledgeEntry) => boolean {
  const same = (['category', 'source', 'source_id', 'kind', 'lang'] as const).filter(name => filter[name])
  const since = filter.since ? new Date(filter.since).toISOString() : ''
  const is = (wanted: z.infer<typeof flag>, value: boolean) => wanted === undefined || isOn(wanted) === value
  return entry =>
    same.every(name => entry[name] === filter[name]) &&
    is(filter.active, entry.is_active) &&
    is(filter.edited, entry.edited_at !== null) &&
    is(filter.flagged, entry.flag !== '') &&
    entry.updated_at >= since
}

export const distinct = (values: string[]) => [...new Set(values.filter(Boolean))].sort((a, b) => a.localeCompare(b))
