#!/usr/bin/env node
// `npm run dev`: rebuilds on every change and restarts the server when its bundle changed.
import { spawn } from 'node:child_process'
import { statSync } from 'node:fs'

const build = spawn(process.execPath, ['scripts/build.mjs', '--watch'], { stdio: 'inherit' })
const bundle = 'dist/server/main.js'
let server
let builtAt = 0

const changedAt = () => {
  try {
    return statSync(bundle).mtimeMs
  } catch {
    return 0
  }
}

const start = () => {
  server = spawn(process.execPath, ['--enable-source-maps', bundle], {
    stdio: 'inherit',
    env: { ...process.env, PARLEY_DEV: '1' },
  })
  server.on('exit', (code, signal) => {
    // Our own restart ends it by signal or with 0; anything else stays down until the next change.
    if (code && !signal) console.log('The server stopped; it starts again with the next change.')
    server = undefined
  })
}

const timer = setInterval(() => {
  const at = changedAt()
  if (at === 0 || at === builtAt) return
  builtAt = at
  if (!server) return start()
  server.once('exit', () => setTimeout(start, 50))
  server.kill('SIGTERM')
}, 200)

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    clearInterval(timer)
    build.kill()
    if (!server) process.exit(0)
    server.once('exit', () => process.exit(0))
    server.kill('SIGTERM')
  })
}
