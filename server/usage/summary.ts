/** What a bot's week brought, by mail on Monday mornings (UTC): what was asked, answered, left, and not known. */
import type { NoticeBoard } from '../mail/notice.ts'
import type { Post, Summary } from '../mail/post.ts'
import { clients, leads, turns } from '../store/records.ts'
import type { Store } from '../store/store.ts'

const dayMs = 86_400_000
const hourOfDay = 7
/** Clients whose week is read at a time: the turns of a week are read from files. */
const atATick = 20
const tickMs = 60_000
const maxUnanswered = 5
const maxQuestionLength = 140

export interface Summaries {
  start(): void
  /** Sums up weeks that are due; returns how many mails that made. */
  tick(): Promise<number>
  close(): void
}

export function createSummaries(deps: {
  store: Store
  post: Post
  board: NoticeBoard
  now: () => Date
  isActive(clientId: string): boolean
  reportError(error: unknown): void
}): Summaries {
  const { store, post, board, now, isActive, reportError } = deps
  let timer: NodeJS.Timeout | undefined
  /** Clients without a question in the week, which is not worth a row: `client monday`. */
  const quiet = new Set<string>()

  const sumUp = async (clientId: string, from: Date, to: Date): Promise<Summary> => {
    const range = { from: from.toISOString(), to: to.toISOString() }
    const open = new Map<string, { question: string; times: number }>()
    let [requests, answered, left] = [0, 0, 0]
    for await (const { message, kind } of store.log(turns).scan({ partition: clientId, ...range })) {
      requests++
      if (kind !== 'refusal') answered++
      else {
        const key = message
          .toLowerCase()
          .replace(/[\s\p{P}]+/gu, ' ')
          .trim()
        const known = open.get(key)
        if (known) known.times++
        else if (key) open.set(key, { question: message.replace(/\s+/g, ' ').trim(), times: 1 })
      }
    }
    for (const { created_at } of (await store.partition(leads, clientId)).all())
      if (created_at >= range.from && created_at < range.to) left++
    return {
      from: range.from.slice(0, 10),
      to: new Date(to.getTime() - dayMs).toISOString().slice(0, 10),
      requests,
      answered,
      leads: left,
      unanswered: [...open.values()]
        .sort((a, b) => b.times - a.times)
        .slice(0, maxUnanswered)
        .map(({ question, times }) => ({ question: cut(question), times })),
    }
  }

  const tick = async (): Promise<number> => {
    const monday = mondayOf(now())
    if (!post.on || now().getTime() < monday.getTime() + hourOfDay * 3_600_000) return 0
    const week = monday.toISOString().slice(0, 10)
    for (const done of quiet) if (!done.endsWith(week)) quiet.delete(done)
    const due = [...store.table(clients).all()].filter(
      ({ client_id: id }) =>
        isActive(id) &&
        board.reaches(id, 'summary') &&
        (board.row(id)?.summary_told ?? '') < week &&
        !quiet.has(`${id} ${week}`),
    )
    let sent = 0
    for (const { client_id: id } of due.slice(0, atATick)) {
      const summary = await sumUp(id, new Date(monday.getTime() - 7 * dayMs), monday)
      if (summary.requests === 0) {
        quiet.add(`${id} ${week}`)
        continue
      }
      // Another tick may have been quicker while the week was read.
      if (board.row(id)?.summary_told === week) continue
      await store.commit([board.note(id, { summary_told: week }), ...post.toClient(id, 'summary', summary)])
      sent++
    }
    return sent
  }

  return {
    start() {
      if (!post.on) return
      timer = setInterval(() => tick().catch(reportError), tickMs)
      timer.unref()
    },
    tick,
    close: () => clearInterval(timer),
  }
}

/** Midnight UTC at the beginning of the week. */
function mondayOf(at: Date): Date {
  const today = Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate())
  return new Date(today - ((at.getUTCDay() + 6) % 7) * dayMs)
}

function cut(question: string): string {
  const letters = [...question]
  return letters.length > maxQuestionLength ? `${letters.slice(0, maxQuestionLength).join('')}…` : question
}
