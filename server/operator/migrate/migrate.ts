/**
 * Takes over the data of the older system: clients with their keys and passwords, knowledge, usage and the month's counts.
 *
 * Each client is one commit (its row, key, entries, this month's usage rows and counts), so an interrupted run goes on
 * where it stopped, and a second one finds everybody there already. Usage rows of ended months go first, a file for each
 * month; those that an interrupted run has brought are not brought again.
 */

import type { Passwords } from '../../accounts/password.ts'
import { ensurePlans, firstPlans } from '../../accounts/plan.ts'
import { clients, keys, knowledge, plans, requests, usageLogs } from '../../store/records.ts'
import { append, type Change, insert, type Store, settle } from '../../store/store.ts'
import { inWords } from '../copy.ts'
import { counted } from '../words.ts'
import { withPassword } from './old-client.ts'
import type { Note } from './old-file.ts'
import { earlierUsage, type OldFolder, type OldUsage, readOldFolder } from './old-folder.ts'

export interface MigrationReport {
  taken: { clients: number; entries: number; usageRows: number; requests: number }
  /** Clients that were there already, from an earlier run. */
  present: number
  sessionsDropped: number
  notes: Note[]
}

export interface MigrateDeps {
  store: Store
  passwords: Passwords
  now: () => Date
}

/** `dryRun` says what would be done. @throws AppError `unprocessable`, `store_unavailable` */
export async function migrate(
  { store, passwords, now }: MigrateDeps,
  from: string,
  dryRun: boolean,
): Promise<MigrationReport> {
  if (!dryRun) await ensurePlans(store)
  const at = now().toISOString()
  let folder: OldFolder
  try {
    const known = store.table(plans).size > 0 ? [...store.table(plans).all()] : firstPlans
    folder = await readOldFolder(from, name => known.find(({ plan }) => plan === name), at)
  } catch (error) {
    throw inWords(error, from)
  }
  const { notes } = folder
  const report: MigrationReport = {
    taken: { clients: 0, entries: 0, usageRows: 0, requests: 0 },
    present: 0,
    sessionsDropped: folder.sessions,
    notes,
  }
  const coming = folder.clients.filter(one => {
    const there = store.table(clients).get(one.old.client.client_id)
    if (there) {
      // An address or key that another client had was given up, so the name counts as well.
      const { company_name, email, api_key } = one.old.client
      const same = there.company_name === company_name || there.email === email || there.api_key === api_key
      if (same) report.present++
      else leftOut(notes, one.old.row, 'Another client has this client_id here already.')
    }
    return !there
  })
  giveUpWhatIsTaken(store, coming, notes)
  const month = at.slice(0, 7)
  if (!dryRun) await bringHistory(store, from, coming, month)

  for (const { old, entries, usage } of coming) {
    const counts = countsOf(usage, month, old.used)
    if (!dryRun) {
      const reservations = [...counts].map(
        ([period, value]) =>
          store.counter(requests).reserve(old.client.client_id, period, value, Number.MAX_SAFE_INTEGER)!,
      )
      const changes: Change[] = [
        insert(clients, await withPassword(old, passwords)),
        ...(old.key ? [insert(keys, old.key)] : []),
        ...entries.rows.map(row => insert(knowledge, row, old.client.client_id)),
        ...usage.current.map(row => append(usageLogs, row)),
        ...reservations.map(settle),
      ]
      await store.commit(changes).finally(() => {
        for (const reservation of reservations) reservation.release()
      })
    }
    report.taken.clients++
    report.taken.entries += entries.rows.length
    report.taken.usageRows += usage.rows
    report.taken.requests += counts.get(month) ?? 0
    const repeated = entries.repeated > 0 ? `, ${entries.repeated} more that were in both files` : ''
    notes.push({
      file: 'clients.csv',
      row: old.row,
      outcome: 'taken',
      detail: `${old.client.client_id}: ${counted(entries.rows.length, 'entry', 'entries')}${repeated}, ${counted(usage.rows, 'usage row')}, ${counted(counts.get(month) ?? 0, 'request')} this month.`,
    })
  }
  return report
}

const leftOut = (notes: Note[], row: number, detail: string) =>
  notes.push({ file: 'clients.csv', row, outcome: 'left out', detail })

/** E-mail addresses and keys are one client's only: whoever comes later is taken without. */
function giveUpWhatIsTaken(store: Store, coming: OldFolder['clients'], notes: Note[]): void {
  const emails = new Set<string>()
  const hashes = new Set<string>()
  for (const { old } of coming) {
    const { client, row } = old
    const changed = (detail: string) => notes.push({ file: 'clients.csv', row, outcome: 'changed', detail })
    if (client.email === '') changed('There is no e-mail address: nobody can sign in until one is set.')
    else if (emails.has(client.email) || store.table(clients).find('email', client.email)) {
      changed(
        `Another client has the e-mail address ${client.email}; this one is taken without, and cannot sign in until one is set.`,
      )
      client.email = ''
    } else emails.add(client.email)
    const hash = old.key?.hash
    if (hash === undefined) changed('There is no key.')
    else if (hashes.has(hash) || store.table(keys).find('hash', hash)) {
      changed('Another client has this key; this one is taken without.')
      old.key = undefined
      client.api_key = ''
    } else hashes.add(hash)
  }
}

/** Requests by month: what the file counts for this one, and never fewer than there are chats in the log. */
function countsOf({ chats }: OldUsage, month: string, used: number): Map<string, number> {
  const current = Math.max(used, chats.get(month) ?? 0)
  return current > 0 ? new Map(chats).set(month, current) : chats
}

/** Ended months. What an interrupted run brought belongs to clients that are still to come: it is there, and stays. */
async function bringHistory(store: Store, from: string, coming: OldFolder['clients'], month: string): Promise<void> {
  const withHistory = coming.filter(({ usage }) => usage.rows > usage.current.length)
  if (withHistory.length === 0) return
  const ids = new Set(withHistory.map(({ old }) => old.client.client_id))
  const there = new Set<string>()
  for await (const row of store.log(usageLogs).scan())
    if (ids.has(row.client_id)) there.add(`${row.client_id} ${row.timestamp.slice(0, 7)}`)
  async function* missing() {
    for await (const row of earlierUsage(from, withHistory, month))
      if (!there.has(`${row.client_id} ${row.timestamp.slice(0, 7)}`)) yield row
  }
  await store.backfill(usageLogs, missing())
}
