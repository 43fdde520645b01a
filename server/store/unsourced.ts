import type { KnowledgeRow } from './records.ts'

/** The last columns of an entry that no source gave and nobody changed. */
export const unsourced = {
  source_id: '',
  origin: '',
  section: '',
  edited_at: '',
  edited_by: '',
  content_hash: '',
  flag: '',
  incoming: {},
} satisfies Partial<KnowledgeRow>
