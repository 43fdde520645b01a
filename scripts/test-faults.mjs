#!/usr/bin/env node
// `npm run test:faults`: the whole fault suite, of which `npm test` runs a short form. Takes the better part of an hour.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const { status } = spawnSync(
  join('node_modules', '.bin', 'vitest'),
  ['run', process.argv[2] ?? 'test/faults', '--mode', 'faults', '--testTimeout', '7200000'],
  { stdio: 'inherit', shell: process.platform === 'win32', env: { KILL_ROUNDS: '1000', ...process.env } },
)
process.exit(status ?? 1)
