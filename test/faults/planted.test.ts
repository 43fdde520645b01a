/**
 * The simulator has to earn its trust: six small ways of keeping rows in a file, four of them known to be wrong,
 * are put on the same disk. It must catch those four, and find nothing against the other two.
 */
import { crc32 } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { FilePort, OpenFile } from '../../server/store/csv/file-port.ts'
import { type Loss, MemoryDisk, PowerLoss, seeded } from './disk.ts'
import { effort } from './effort.ts'

interface Protocol {
  /** Makes rows durable, one after another or several at once. */
  commit(rows: readonly string[]): Promise<void>
  /** What is there after a crash. */
  recover(port: FilePort): Promise<string[]>
}

const path = '/rows.csv'
const rowOf = (number: number) => `${number},${'abcdefghij'.repeat(5 + (number % 4) * 20)}`
const linesOf = (bytes: Buffer | undefined) => (bytes?.toString() ?? '').split('\n')
const wholeLines = (bytes: Buffer | undefined) => linesOf(bytes).slice(0, -1)
/** Two cells, the first a number: what a parser can tell of a row. */
const parses = (line: string) => /^\d+,[^,]+$/.test(line)

async function write(port: FilePort, name: string, bytes: Buffer, mode: 'create' | 'edit' = 'create', at = 0) {
  const file = await port.open(name, mode)
  await file.write(bytes, at)
  await file.sync()
  await file.close()
}

const textOf = (rows: readonly string[]) => Buffer.from(rows.map(row => `${row}\n`).join(''))

function rewriteInPlace(port: FilePort): Protocol {
  const all: string[] = []
  return {
    async commit(rows) {
      all.push(...rows)
      await write(port, path, textOf(all))
      await port.syncFolder('/')
    },
    recover: async disk => wholeLines(await disk.readFile(path)),
  }
}

function renameOver(port: FilePort, syncFolder: boolean): Protocol {
  const all: string[] = []
  return {
    async commit(rows) {
      all.push(...rows)
      await write(port, `${path}.tmp`, textOf(all))
      await port.rename(`${path}.tmp`, path)
      if (syncFolder) await port.syncFolder('/')
    },
    recover: async disk => wholeLines(await disk.readFile(path)),
  }
}

function appendAndSync(port: FilePort, recover: (bytes: Buffer | undefined) => string[], encode = textOf): Protocol {
  let file: OpenFile | undefined
  let length = 0
  return {
    async commit(rows) {
      if (!file) {
        file = await port.open(path, 'create')
        await port.syncFolder('/')
      }
      const bytes = encode(rows)
      await file.write(bytes, length)
      await file.datasync()
      length += bytes.length
    },
    recover: async disk => recover(await disk.readFile(path)),
  }
}

/** Rows up to the first that is not whole, believing whatever looks whole. */
const upToTheFirstThatDoesNotParse = (bytes: Buffer | undefined) => {
  const lines = wholeLines(bytes)
  const bad = lines.findIndex(line => !parses(line))
  return bad < 0 ? lines : lines.slice(0, bad)
}

const dropTheTailIfItDoesNotParse = (bytes: Buffer | undefined) => linesOf(bytes).filter(parses)

const sum = (row: string) => crc32(row).toString(16)
const withChecksums = (rows: readonly string[]) => textOf(rows.map(row => `${row},${sum(row)}`))
const upToTheFirstWrongChecksum = (bytes: Buffer | undefined) => {
  const rows: string[] = []
  for (const line of wholeLines(bytes)) {
    const row = line.slice(0, line.lastIndexOf(','))
    if (line !== `${row},${sum(row)}`) break
    rows.push(row)
  }
  return rows
}

/** Runs commits of one to four rows and loses power between any two operations; returns how often something was wrong. */
async function violations(make: (port: FilePort) => Protocol): Promise<{ states: number; wrong: number }> {
  const disk = new MemoryDisk()
  const protocol = make(disk)
  const acknowledged: { at: number; rows: number }[] = [{ at: 0, rows: 0 }]
  const history: string[] = []
  for (let group = 1; history.length < effort(25, 60); group++) {
    const rows = Array.from({ length: 1 + (group % 4) }, (_, i) => rowOf(history.length + i + 1))
    await protocol.commit(rows)
    history.push(...rows)
    acknowledged.push({ at: disk.ops.length, rows: history.length })
  }
  const random = seeded(1)
  const power = new PowerLoss()
  const result = { states: 0, wrong: 0 }
  const losses: Loss[] = ['lost', 'kept', ...Array.from({ length: effort(12, 80) }, () => 'mixed' as const)]
  for (let at = 0; at <= disk.ops.length; at++) {
    const safe = acknowledged.findLast(one => one.at <= at)!.rows
    for (const loss of losses) {
      const found = await protocol.recover(new MemoryDisk(power.state(loss, random)))
      const right = found.length >= safe && found.every((row, i) => row === history[i])
      result.states++
      if (!right) result.wrong++
    }
    const op = disk.ops[at]
    if (op) power.follow(op)
  }
  return result
}

describe('the power-loss simulator', () => {
  it.each<[string, (port: FilePort) => Protocol]>([
    ['rewriting a file in place', rewriteInPlace],
    ['renaming without syncing the folder', port => renameOver(port, false)],
    ['group commit without a checksum', port => appendAndSync(port, upToTheFirstThatDoesNotParse)],
    ['dropping the tail if it does not parse', port => appendAndSync(port, dropTheTailIfItDoesNotParse)],
  ])('catches %s', async (name, protocol) => {
    const { states, wrong } = await violations(protocol)
    console.log(`${name}: wrong in ${wrong} of ${states} states`)
    expect(wrong).toBeGreaterThan(0)
  })

  it.each<[string, (port: FilePort) => Protocol]>([
    ['renaming a synced file and syncing the folder', port => renameOver(port, true)],
    ['group commit with checksums', port => appendAndSync(port, upToTheFirstWrongChecksum, withChecksums)],
  ])('finds nothing against %s', async (_, protocol) => {
    const { states, wrong } = await violations(protocol)
    expect(wrong).toBe(0)
    expect(states).toBeGreaterThan(100)
  })
})
