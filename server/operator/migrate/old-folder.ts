/** Everything that stands in a folder of the older system, read and put in order by client. Nothing is changed here. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../errors.ts'
import { decodeCell } from '../../store/csv/codec.ts'
import { type Plan, type UsageLog, usageLogs } from '../../store/records.ts'
import { type OldClient, oldClients, readClient } from './old-client.ts'
import { eachRow, type Note, type OldRow, type OldTable, readRows, readText, said } from './old-file.ts'
import { EntryList, oldKnowledge } from './old-knowledge.ts'

/** What the usage file has of one client, without the rows of ended months. */
export interface OldUsage {
  rows: number
  /** Chats by month, `YYYY-MM`. */
  chats: Map<string, number>
  /** Rows of this month and later ones. */
  current: UsageLog[]
}

export interface OldFolder {
  clients: { old: OldClient; entries: EntryList; usage: OldUsage }[]
  /** Sign-ins of the older system, which end. */
  sessions: number
  notes: Note[]
}

const oldUsage: OldTable = {
  columns: ['timestamp', 'client_id', 'action', 'details', 'ip_address'],
  telling: ['timestamp', 'client_id'],
}
const oldSessions: OldTable = {
  columns: ['session_id', 'client_id', 'created_at', 'expires_at', 'is_active'],
  telling: ['session_id', 'client_id'],
}
/** What a data folder can hold of a client: its id becomes the name of a folder. */
const usableId = /^[A-Za-z0-9_-]{1,64}$/
const slug = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_|_$/g, '')

/** `at`: the time, ISO 8601 UTC. @throws AppError `unprocessable` when it is no such folder */
export async function readOldFolder(
  dir: string,
  plans: (plan: string) => Plan | undefined,
  at: string,
): Promise<OldFolder> {
  const notes: Note[] = []
  const rows =
    existsSync(join(dir, 'clients.csv')) && readRows(join(dir, 'clients.csv'), 'clients.csv', oldClients, notes)
  if (!rows) throw new AppError('unprocessable', `There is no clients.csv in ${dir}; name the folder that holds it.`)
  const folder: OldFolder = { clients: [], sessions: 0, notes }
  const byId = new Map<string, OldFolder['clients'][number]>()
  for (const row of rows) {
    const id = said(row.cells.client_id)
    const wrong =
      id === ''
        ? 'There is no client_id.'
        : !usableId.test(id)
          ? 'The client_id may only have letters, digits, _ and -, at most 64.'
          : byId.has(id)
            ? `The client_id is that of row ${byId.get(id)!.old.row} as well.`
            : undefined
    if (wrong) {
      notes.push({ file: 'clients.csv', row: row.row, outcome: 'left out', detail: wrong })
      continue
    }
    const usage: OldUsage = { rows: 0, chats: new Map(), current: [] }
    const one = { old: readClient(row, plans, at, notes), entries: new EntryList(id, at, notes), usage }
    byId.set(id, one)
    folder.clients.push(one)
  }
  readKnowledge(dir, byId, notes)
  await readUsage(dir, byId, at.slice(0, 7), notes)
  folder.sessions = readRows(join(dir, 'sessions.csv'), 'sessions.csv', oldSessions, [])?.length ?? 0
  const known = /^(clients\.csv|sessions\.csv|usage_logs\.csv|knowledge|.*_knowledge\.json)$/
  for (const name of readdirSync(dir).sort())
    if (!known.test(name))
      notes.push({ file: name, row: 0, outcome: 'left out', detail: 'It is not known what this is.' })
  return folder
}

type ById = Map<string, OldFolder['clients'][number]>

function readKnowledge(dir: string, byId: ById, notes: Note[]): void {
  const leftOut = (file: string, detail: string) => notes.push({ file, row: 0, outcome: 'left out', detail })
  const list = (folder: string) =>
    existsSync(join(dir, folder))
      ? readdirSync(join(dir, folder), { withFileTypes: true }).sort((a, b) => a.name.localeCompare(b.name))
      : []
  const jsons: string[] = []
  for (const entry of list('knowledge')) {
    const path = `knowledge/${entry.name}`
    if (entry.name.endsWith('_knowledge.json')) jsons.push(path)
    else if (!entry.isDirectory()) leftOut(path, 'It is not known what this is.')
    else
      for (const { name } of list(path)) {
        const file = `${path}/${name}`
        const owner = byId.get(entry.name)
        if (name.endsWith('_knowledge.json')) jsons.push(file)
        else if (name !== 'knowledge.csv') leftOut(file, 'It is not known what this is.')
        else if (!owner) leftOut(file, `There is no client ${entry.name} in clients.csv.`)
        else
          for (const row of readRows(join(dir, file), file, oldKnowledge, notes) ?? []) owner.entries.addRow(file, row)
      }
  }
  for (const { name } of list('.')) if (name.endsWith('_knowledge.json')) jsons.push(name)
  for (const file of jsons) readJson(dir, file, byId, notes)
}

function readJson(dir: string, file: string, byId: ById, notes: Note[]): void {
  const leftOut = (detail: string) => notes.push({ file, row: 0, outcome: 'left out', detail })
  const stem = file
    .replace(/_knowledge\.json$/, '')
    .split('/')
    .at(-1)!
  const exact = byId.get(stem)
  const owners = exact ? [exact] : [...byId.values()].filter(({ old }) => slug(old.client.company_name) === slug(stem))
  if (owners.length !== 1)
    return void leftOut(
      owners.length === 0
        ? `No client or company is called ${stem}.`
        : `${owners.length} companies are called ${stem}.`,
    )
  try {
    owners[0]!.entries.addJson(file, JSON.parse(readText(join(dir, file))!.text.replace(/^\ufeff/, '')))
  } catch (error) {
    leftOut(`It is not JSON (${(error as Error).message}).`)
  }
}

const usageFile = 'usage_logs.csv'

/** The file may have millions of rows: only what is needed of it is kept. */
async function readUsage(dir: string, byId: ById, month: string, notes: Note[]): Promise<void> {
  for await (const old of eachRow(join(dir, usageFile), usageFile, oldUsage, notes)) {
    const row = usageOf(old, byId)
    if (typeof row === 'string') {
      notes.push({ file: usageFile, row: old.row, outcome: 'left out', detail: row })
      continue
    }
    const { usage } = byId.get(row.client_id)!
    const period = row.timestamp.slice(0, 7)
    usage.rows++
    if (row.action === 'chat') usage.chats.set(period, (usage.chats.get(period) ?? 0) + 1)
    if (period >= month) usage.current.push(row)
  }
}

/** The usage rows of these clients before a month, in the file's order; the file is read again. */
export async function* earlierUsage(dir: string, of: OldFolder['clients'], month: string): AsyncGenerator<UsageLog> {
  const byId = new Map(of.map(one => [one.old.client.client_id, one]))
  for await (const old of eachRow(join(dir, usageFile), usageFile, oldUsage, [])) {
    const row = usageOf(old, byId)
    if (typeof row !== 'string' && row.timestamp.slice(0, 7) < month) yield row
  }
}

/** A row of the old file as it is kept now, or why it is left out. */
function usageOf({ cells, others }: OldRow, clients: ReadonlyMap<string, unknown>): UsageLog | string {
  const id = said(cells.client_id)
  if (!clients.has(id)) return id === '' ? 'There is no client_id.' : `There is no client ${id} in clients.csv.`
  let timestamp = ''
  try {
    timestamp = decodeCell('timestamp', usageLogs.columns.timestamp, said(cells.timestamp)) as string
  } catch {}
  if (timestamp === '') return `The timestamp is not a time: ${JSON.stringify((cells.timestamp ?? '').slice(0, 40))}.`
  return {
    timestamp,
    client_id: id,
    action: cells.action ?? '',
    // Details with commas that were not quoted have spilt into further cells.
    details: cells.details ?? '',
    ip_address: [cells.ip_address ?? '', ...Object.values(others)].join(','),
  }
}
