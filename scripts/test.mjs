#!/usr/bin/env node
// `npm test`: types, lint, then every test; ends with the plain line `N passed, N failed`. A skipped test fails the run.
// Arguments go to vitest: `npm test -- test/store`.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const bin = name => join('node_modules', '.bin', name)
const run = (command, args) =>
  spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' }).status === 0
const passed = []
const failed = []
const note = (name, ok) => (ok ? passed : failed).push(name)

note('types', run(bin('tsc'), ['--noEmit']))
note('lint', run(join('tools', bin('biome')), ['check', '--error-on-warnings']))

const dir = mkdtempSync(join(tmpdir(), 'parley-test-'))
const report = join(dir, 'report.json')
const ok = run(bin('vitest'), [
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${report}`,
  ...process.argv.slice(2),
])
let counts = {
  numPassedTests: 0,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  numTotalTests: 0,
  numFailedTestSuites: 0,
}
try {
  counts = JSON.parse(readFileSync(report, 'utf8'))
} catch {
  note('report of the test run', false)
}
rmSync(dir, { recursive: true, force: true })

const skipped = counts.numPendingTests + counts.numTodoTests
let failures = failed.length + counts.numFailedTests + skipped
if (skipped > 0) console.log(`\n${skipped} skipped: a skipped test counts as failed.`)
// A file that cannot be loaded has no tests that could fail.
if (!ok && failures === 0) failures = 1
if (counts.numPassedTests === 0) failures += 1
if (failed.length > 0) console.log(`\nfailed: ${failed.join(', ')}`)
console.log(`\n${passed.length + counts.numPassedTests} passed, ${failures} failed`)
process.exit(failures === 0 ? 0 : 1)
