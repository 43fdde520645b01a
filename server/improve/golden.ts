/** A client's goldens: questions with the entries that should answer them, kept so that a change that breaks one is seen. */
import { fold } from '../answer/engine.ts'
import { AppError, type FieldError } from '../errors.ts'
import { invalid } from '../http/problem.ts'
import { type GoldenRow, type GoldenRunRow, goldenRuns, goldens, knowledge } from '../store/records.ts'
import { type Change, insert, limit, remove, type Store, update } from '../store/store.ts'
import {
  type Golden,
  type GoldenChange,
  type GoldenFilter,
  type GoldenImportReply,
  GoldenImportRow,
  type GoldenPage,
  type GoldenRequest,
  maxGoldens,
} from './wire.ts'

export interface Goldens {
  /** In the order they were added. */
  list(clientId: string, filter: GoldenFilter): Promise<GoldenPage>
  /** @throws AppError `invalid_request` for expected entries that do not exist, `knowledge_limit_reached` past 500 */
  add(clientId: string, fields: GoldenRequest): Promise<Golden>
  /** What adds one for an entry that is about to be, to be committed with it; undefined when there are 500 already. */
  beside(clientId: string, fields: GoldenRequest): Promise<{ golden: Golden; changes: Change[] } | undefined>
  /** @throws AppError `not_found`, `invalid_request` */
  change(clientId: string, id: string, change: GoldenChange): Promise<Golden>
  /** @throws AppError `not_found` */
  remove(clientId: string, id: string): Promise<void>
  /** All or none; those with an id that is there are replaced. @throws AppError `invalid_request` naming every bad row */
  import(clientId: string, given: unknown[]): Promise<GoldenImportReply>
  all(clientId: string): Promise<GoldenRow[]>
}

export function createGoldens({ store, now, newId }: { store: Store; now: () => Date; newId: () => string }): Goldens {
  const rowsOf = (clientId: string) => store.partition(goldens, clientId)

  const unknownEntries = async (clientId: string, expected: readonly string[], pointer: string) => {
    const entries = await store.partition(knowledge, clientId)
    return expected.flatMap((id, i): FieldError[] =>
      entries.get(id) ? [] : [{ pointer: `${pointer}/${i}`, detail: `there is no entry ${id}` }],
    )
  }
  const refuseUnknown = async (clientId: string, expected: readonly string[]) => {
    const errors = await unknownEntries(clientId, expected, '#/expected')
    if (errors.length > 0) throw new AppError('invalid_request', `expected: ${errors[0]!.detail}.`, { errors })
  }
  const commitWithin = async (clientId: string, changes: Change[]) => {
    try {
      await store.commit([...changes, limit(goldens, maxGoldens, clientId)])
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'knowledge_limit_reached') throw error
      throw new AppError('knowledge_limit_reached', `A bot has at most ${maxGoldens} goldens; delete some first.`, {
        members: { limit: maxGoldens },
      })
    }
  }
  const own = async (clientId: string, id: string): Promise<GoldenRow> => {
    const row = (await rowsOf(clientId)).get(id)
    if (!row) throw new AppError('not_found', 'There is no such golden.')
    return row
  }
  const lastRun = async (clientId: string): Promise<GoldenRunRow | undefined> =>
    [...(await store.partition(goldenRuns, clientId)).all()].at(-1)

  const onWire = (row: GoldenRow, run: GoldenRunRow | undefined): Golden => ({
    id: row.golden_id,
    question: row.question,
    expected: row.expected,
    before: row.before,
    created_at: row.created_at,
    updated_at: row.updated_at,
    last: run?.results[row.golden_id] ?? null,
  })

  const rowOf = (
    clientId: string,
    { id, question, expected, before = [] }: GoldenRequest & { id?: string },
  ): GoldenRow => {
    const at = now().toISOString()
    return {
      golden_id: id ?? `g_${newId()}`,
      client_id: clientId,
      question,
      expected,
      before,
      created_at: at,
      updated_at: at,
    }
  }

  return {
    all: async clientId => [...(await rowsOf(clientId)).all()],
    async list(clientId, { ok, search, page, limit: size }) {
      const run = await lastRun(clientId)
      const needle = search && fold(search)
      const found = [...(await rowsOf(clientId)).all()]
        .map(row => onWire(row, run))
        .filter(golden => !ok || (golden.last?.ok === true) === (ok === 'yes'))
        .filter(golden => !needle || fold(golden.question).includes(needle))
      return {
        data: found.slice((page - 1) * size, page * size),
        total: found.length,
        page,
        pages: Math.max(1, Math.ceil(found.length / size)),
        max: maxGoldens,
      }
    },
    async add(clientId, fields) {
      await refuseUnknown(clientId, fields.expected)
      const row = rowOf(clientId, fields)
      await commitWithin(clientId, [insert(goldens, row, clientId)])
      return onWire(row, undefined)
    },
    async beside(clientId, fields) {
      if ((await rowsOf(clientId)).size >= maxGoldens) return undefined
      const row = rowOf(clientId, fields)
      return { golden: onWire(row, undefined), changes: [insert(goldens, row, clientId)] }
    },
    async change(clientId, id, change) {
      await own(clientId, id)
      if (change.expected) await refuseUnknown(clientId, change.expected)
      await store.commit([update(goldens, id, { ...change, updated_at: now().toISOString() }, clientId)])
      return onWire(await own(clientId, id), undefined)
    },
    async remove(clientId, id) {
      await own(clientId, id)
      await store.commit([remove(goldens, id, clientId)])
    },
    async import(clientId, given) {
      const errors: FieldError[] = []
      const rows = new Map<string, GoldenRow>()
      for (const [i, item] of given.entries()) {
        const pointer = `#/goldens/${i}`
        const result = GoldenImportRow.safeParse(item)
        if (!result.success) {
          for (const error of invalid(result.error, 'body').extras.errors ?? [])
            errors.push({ pointer: pointer + error.pointer.slice(1), detail: error.detail })
          continue
        }
        errors.push(...(await unknownEntries(clientId, result.data.expected, `${pointer}/expected`)))
        const row = rowOf(clientId, result.data)
        if (rows.has(row.golden_id)) errors.push({ pointer: `${pointer}/id`, detail: 'is there twice' })
        rows.set(row.golden_id, row)
      }
      if (errors.length > 0) {
        const count = new Set(errors.map(error => error.pointer.split('/')[2])).size
        const what = `${count} of ${given.length} ${given.length === 1 ? 'row' : 'rows'} cannot be taken, so none was; see errors.`
        throw new AppError('invalid_request', what, { errors: errors.slice(0, 200) })
      }
      const known = await rowsOf(clientId)
      const replaced = [...rows.values()].filter(row => known.get(row.golden_id))
      const added = rows.size - replaced.length
      await commitWithin(
        clientId,
        [...rows.values()].map(row => {
          if (!known.get(row.golden_id)) return insert(goldens, row, clientId)
          const { question, expected, before, updated_at } = row
          return update(goldens, row.golden_id, { question, expected, before, updated_at }, clientId)
        }),
      )
      const goldensAdded = `${added} ${added === 1 ? 'golden' : 'goldens'} added, ${replaced.length} replaced.`
      return { success: true, message: goldensAdded, added, replaced: replaced.length }
    },
  }
}
