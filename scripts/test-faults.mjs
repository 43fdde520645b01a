#!/usr/bin/env node
// `npm run test:faults`: the whole fault suite, of which `npm test` runs a short form. Takes the better part of an hour.
// Each part prints what it counted and how long it took; docs/durability.md says what they prove. A folder or file as
// argument runs that part alone.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const parts = [
  'test/faults',
  'test/store/codec.test.ts',
  'test/store/crash.test.ts',
  'test/store/spreadsheet.test.ts',
  'test/operator/backup.test.ts',
  'test/operator/long-history.test.ts',
]
const wanted = process.argv.slice(2)

const { status } = spawnSync(
  join('node_modules', '.bin', 'vitest'),
  ['run', ...(wanted.length > 0 ? wanted : parts), '--mode', 'faults', '--testTimeout', '7200000'],
  {
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { KILL_ROUNDS: '1000', BACKUPS: '50', ...process.env },
  },
)
process.exit(status ?? 1)
