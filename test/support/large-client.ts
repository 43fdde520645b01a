/** A client who has been there for a while: 5,000 entries, 20,000 conversations over a year. */
import { clients, feedback, type Turn, turns } from '../../server/store/records.ts'
import { update } from '../../server/store/store.ts'
import { call, type TestServer } from './server.ts'

const things = ['lamp', 'chair', 'table', 'shelf', 'mirror', 'carpet', 'curtain', 'cushion', 'clock', 'vase']
const asks = ['How much is the', 'Do you deliver the', 'Is there a guarantee on the', 'Can I return the']

export interface LargeClient {
  conversations: number
  turns: number
  entries: number
}

/** Fills an account that exists. Half the work is the store's: rows of ended months go into closed files at once. */
export async function growLarge(
  server: TestServer,
  clientId: string,
  headers: Record<string, string>,
  size: { entries?: number; conversations?: number; now?: Date } = {},
): Promise<LargeClient> {
  const { entries = 5_000, conversations = 20_000, now = new Date() } = size
  await server.store.commit([update(clients, clientId, { knowledge_limit: 10_000, monthly_requests: 1_000_000 })])
  const rows = Array.from({ length: entries }, (_, i) => ({
    id: `entry-${i}`,
    kind: 'qa',
    question: `${asks[i % asks.length]} ${things[i % things.length]} number ${i}?`,
    content: `The ${things[i % things.length]} number ${i} costs ${10 + (i % 90)} crowns; it is delivered within ${1 + (i % 9)} days.`,
    category: ['Prices', 'Delivery', 'Guarantee', 'Returns'][i % 4],
    source: ['Catalogue', 'Website', 'Handbook'][i % 3],
  }))
  const imported = await call(server.base, 'POST', '/api/knowledge/import', { entries: rows }, headers)
  if (imported.status !== 200) throw new Error(`import: ${imported.status} ${JSON.stringify(imported.body)}`)

  const said: Turn[] = []
  const rated = []
  for (let c = 0; c < conversations; c++) {
    const start = now.getTime() - Math.floor(((c * 7919) % (360 * 1440)) + 1_440) * 60_000
    const session_id = `s_large_${c}`
    for (let n = 0; n < 1 + (c % 3); n++) {
      const answered = (c + n) % 8 !== 3
      const timestamp = new Date(start + n * 40_000).toISOString()
      const turn_id = `a_large_${c}_${n}`
      said.push({
        timestamp,
        turn_id,
        client_id: clientId,
        session_id,
        message: answered
          ? `${asks[c % asks.length]} ${things[c % things.length]} number ${c % 200}?`
          : ['Do you sell boats?', 'Where is the moon?', 'Can you mend shoes?'][c % 3]!,
        response: answered
          ? `The ${things[c % things.length]} costs ${10 + (c % 90)} crowns.`
          : 'I do not know that yet.',
        answered,
        confidence: answered ? 8_000 + (c % 2_000) : 1_000,
        sources: answered ? [`entry-${c % Math.max(1, Math.floor(entries / 2))}`] : [],
        why: {},
        lang: ['en', 'de', 'fr'][c % 3]!,
        channel: 'public',
        origin: 'https://shop.example.com',
        kind: answered ? 'answer' : 'refusal',
        ms: 5 + ((c * 31) % 200),
        page: `https://shop.example.com/${things[c % things.length]}`,
      })
      if (c % 10 === 0) {
        const rating = answered ? 'up' : 'down'
        rated.push({ timestamp, client_id: clientId, turn_id, session_id, rating, comment: '' })
      }
    }
  }
  const month = now.toISOString().slice(0, 7)
  const ended = <R extends { timestamp: string }>(list: R[]) =>
    list.filter(row => row.timestamp.slice(0, 7) < month).sort((a, b) => a.timestamp.localeCompare(b.timestamp))
  const old = ended(said)
  await server.store.backfill(turns, old, clientId)
  await server.store.backfill(feedback, ended(rated), clientId)
  return { conversations: new Set(old.map(turn => turn.session_id)).size, turns: old.length, entries }
}
