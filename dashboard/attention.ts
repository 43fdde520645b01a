/** How much of the knowledge waits for a person: pairs of alike entries, and entries whose source changed. */
import { api } from './api.ts'
import { refresh, useResource } from './resource.ts'

/** Counts, once they are known. A failed look says nothing: it is only a badge. */
export const useAttention = () => useResource('knowledge-attention', api.attention).data.value

/** After a decision: what is listed, and everything that shows entries. */
export const decided = () =>
  Promise.all([refresh('review'), refresh('knowledge'), refresh('sources'), refresh('profile')])
