import type { KnowledgeRow } from '../store/records.ts'

/** The kind a row says it is; where it says nothing, a question makes it a pair. */
export function kindOf(row: Pick<KnowledgeRow, 'kind' | 'question'>): 'text' | 'qa' | 'row' {
  if (row.kind === 'qa' || row.kind === 'row' || row.kind === 'text') return row.kind
  return row.question ? 'qa' : 'text'
}
