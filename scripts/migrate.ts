/**
 * `npm run migrate -- OLD_DIR [--to DATA_DIR] [--dry-run] [--report FILE]`: takes over the data of the older system. The old
 * folder is only read. What was taken, changed and left out is written to a report with file and row. A second run
 * changes nothing.
 */
import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { readConfig, readEnv } from '../server/config.ts'
import { AppError } from '../server/errors.ts'
import { inWords } from '../server/operator/copy.ts'
import type { MigrationReport } from '../server/operator/migrate/migrate.ts'
import { program, runOperation } from '../server/operator/run.ts'
import { counted } from '../server/operator/words.ts'
import { line } from '../server/store/csv/rfc4180.ts'

const usage = 'npm run migrate -- OLD_DIR [--to DATA_DIR] [--dry-run] [--report FILE]'

await program(async () => {
  const { from, to, dryRun, reportFile } = readArguments()
  if (!existsSync(join(from, 'clients.csv')))
    throw new AppError('unprocessable', `There is no clients.csv in ${from}; name the folder that holds it.`)
  if (existsSync(to) && realpathSync(from) === realpathSync(to))
    throw new AppError('unprocessable', `${from} is the data folder itself; name another one with --to.`)
  // A dry run leaves no folder behind where there was none.
  const scratch = dryRun && !existsSync(to) ? mkdtempSync(join(tmpdir(), 'parley-dry-run-')) : undefined
  let report: MigrationReport
  try {
    report = await runOperation(scratch ?? to, 'migrate', { from, dryRun }, { mayMake: true })
  } finally {
    if (scratch) rmSync(scratch, { recursive: true, force: true })
  }
  writeReport(reportFile, report)
  return summary(report, to, dryRun, reportFile)
})

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { to: { type: 'string' }, 'dry-run': { type: 'boolean' }, report: { type: 'string' } },
    })
    if (positionals.length !== 1) throw new Error()
    const stamp = new Date().toISOString().replace(/[:.]/g, '-')
    return {
      from: resolve(positionals[0]!),
      to: values.to ? resolve(values.to) : readConfig(readEnv(process.env)).dataDir,
      dryRun: values['dry-run'] ?? false,
      reportFile: resolve(values.report ?? `migration-${stamp}.csv`),
    }
  } catch (error) {
    if ((error as Error).name === 'ConfigError') throw error
    throw new AppError('invalid_request', `Say which folder: ${usage}`)
  }
}

function writeReport(file: string, { notes }: MigrationReport): void {
  const rows = notes.map(({ file, row, outcome, detail }) => line([file, String(row), outcome, detail]))
  try {
    writeFileSync(file, line(['file', 'row', 'outcome', 'detail']) + rows.join(''), { mode: 0o600 })
  } catch (error) {
    throw inWords(error, file)
  }
}

function summary(
  { taken, present, sessionsDropped, notes }: MigrationReport,
  to: string,
  dryRun: boolean,
  file: string,
) {
  const of = (outcome: string) => notes.filter(note => note.outcome === outcome).length
  return [
    `${dryRun ? 'Would take' : 'Took'} into ${to}: ${counted(taken.clients, 'client')}, ${counted(taken.entries, 'entry', 'entries')}, ${counted(taken.usageRows, 'usage row')}, ${counted(taken.requests, 'request')} of this month.`,
    `There already: ${counted(present, 'client')}. Sessions dropped: ${sessionsDropped} (people sign in anew).`,
    `Changed on the way: ${of('changed')}. Left out: ${of('left out')}. Each with file and row in ${file}.`,
  ].join('\n')
}
