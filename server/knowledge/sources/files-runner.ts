/** The job that reads uploaded files: each in the reader's process, then through intake. One bad file stops no other. */
import { AppError } from '../../errors.ts'
import { type Source, sources as sourceRows } from '../../store/records.ts'
import { type Store, update } from '../../store/store.ts'
import type { Role } from '../intake/file/reading.ts'
import { addReports, type Intake, type IntakeReport, noReport } from '../intake/intake.ts'
import type { Reader } from '../intake/reader.ts'
import type { Runner, Skipped } from '../jobs/job.ts'
import type { Uploads } from './upload.ts'

/** What became of one file. */
export interface FileOutcome {
  source_id: string
  name: string
  ok: boolean
  /** Why not, as a sentence. */
  reason?: string
  format?: string
  title?: string
  pages?: number
  /** Entries found in it. */
  found?: number
  /** Parts that became no entry. */
  skipped?: Skipped[]
  notes?: string[]
  report?: IntakeReport
}

export interface FilesRunnerDeps {
  store: Store
  reader: Reader
  intake: Intake
  uploads: Uploads
  now: () => Date
}

/** Of one file, in a job's result. */
const maxListed = 40

/** Input: `{source_ids: string[]}`, or `{source_id}` for one that is read again. */
export function createFilesRunner({ store, reader, intake, uploads, now }: FilesRunnerDeps): Runner {
  const sources = store.table(sourceRows)
  const mark = (id: string, set: Partial<Source>) =>
    sources.get(id) ? store.commit([update(sourceRows, id, { ...set, updated_at: now().toISOString() })]) : undefined

  return async (job, control) => {
    const ids = ((job.input.source_ids as string[] | undefined) ?? [job.input.source_id as string]).slice()
    const done = ((control.state.files as FileOutcome[] | undefined) ?? []).slice()
    const { left } = await intake.room(job.client_id)
    control.report({ total: ids.length, fetched: done.length, left_before: left })
    const recent: Skipped[] = []

    for (const id of ids.slice(done.length)) {
      control.signal.throwIfAborted()
      const source = sources.get(id)
      const outcome = source?.client_id === job.client_id ? await readOne(source) : gone(id)
      done.push(outcome)
      if (!outcome.ok) recent.push({ what: outcome.name, reason: outcome.reason ?? '' })
      recent.push(...(outcome.skipped ?? []).map(({ what, reason }) => ({ what: `${outcome.name}, ${what}`, reason })))
      const sum = total(done)
      control.report({
        fetched: done.length,
        kept: sum.added + sum.changed + sum.unchanged,
        skipped: done.reduce((count, file) => count + (file.ok ? (file.skipped?.length ?? 0) : 1), 0) + sum.over_limit,
        recent: recent.slice(-10),
      })
      await control.checkpoint({ files: done })
    }
    const { changes: _, ...sum } = total(done)
    return { files: done, ...sum, room: await intake.room(job.client_id) }

    async function readOne(source: Source): Promise<FileOutcome> {
      const { source_id, name, file, settings } = source
      control.report({ phase: `Reading ${name}` })
      await mark(source_id, { state: 'running' })
      try {
        const reading = await reader.run(
          {
            kind: 'file',
            path: uploads.path(job.client_id, file),
            name,
            ...(settings.mapping ? { mapping: settings.mapping as Record<string, Role> } : {}),
          },
          {
            signal: control.signal,
            onProgress: (pages_read, pages) => control.report({ phase: `Reading ${name}`, pages_read, pages }),
          },
        )
        control.report({ phase: `Taking up ${name}`, found: reading.entries.length })
        const report = await intake.addAll({
          clientId: job.client_id,
          sourceId: source_id,
          sourceName: name,
          entries: reading.entries,
          replaces: 'source',
          ...(typeof settings.category === 'string' && { category: settings.category }),
          signal: control.signal,
        })
        const at = now().toISOString()
        const error = report.over_limit > 0 ? overLimit(report) : ''
        await mark(source_id, { state: 'ready', error, last_run_at: at })
        return {
          source_id,
          name,
          ok: true,
          format: reading.format,
          title: reading.title,
          ...(reading.pages && { pages: reading.pages }),
          found: reading.entries.length,
          skipped: reading.skipped.slice(0, maxListed),
          notes: [...reading.notes, ...(error ? [error] : [])],
          report: { ...report, changes: report.changes.slice(0, maxListed) },
        }
      } catch (error) {
        if (control.signal.aborted || !(error instanceof AppError) || error.code !== 'unprocessable') {
          await mark(source_id, { state: source.last_run_at ? 'ready' : 'new' })
          throw error
        }
        await mark(source_id, { state: 'failed', error: error.message, last_run_at: now().toISOString() })
        return { source_id, name, ok: false, reason: error.message }
      }
    }
  }
}

const gone = (source_id: string): FileOutcome => ({ source_id, name: '', ok: false, reason: 'The file was removed.' })

const total = (files: readonly FileOutcome[]): IntakeReport =>
  files.reduce((sum, { report }) => (report ? addReports(sum, report) : sum), noReport())

const overLimit = ({ over_limit }: IntakeReport) =>
  `${over_limit.toLocaleString('en')} ${over_limit === 1 ? 'entry does' : 'entries do'} not fit into the plan and ${over_limit === 1 ? 'was' : 'were'} left out.`
