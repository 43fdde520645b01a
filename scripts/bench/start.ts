/** How long the real process takes from its start to the first answer. */
import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { demoAccount } from '../../server/demo.ts'

/** Milliseconds until a visitor of the demo bot is answered. The process is stopped again. */
export async function startToFirstAnswer(dir: string): Promise<number> {
  const port = await freePort()
  const env = { PORT: String(port), PORTAL_PORT: '0', HOST: '127.0.0.1', DATA_DIR: dir, DEMO: '1', LOG_LEVEL: 'error' }
  const startedAt = performance.now()
  const server = spawn(process.execPath, ['dist/server/main.js'], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const ended = new Promise<void>(done => server.once('exit', () => done()))
  let failed = false
  ended.then(() => {
    failed = true
  })
  try {
    while (!(await answered(port))) {
      if (failed) throw new Error('the server ended before it answered')
      if (performance.now() - startedAt > 60_000) throw new Error('no answer within a minute')
      await sleep(4)
    }
    return performance.now() - startedAt
  } finally {
    server.kill('SIGTERM')
    await ended
  }
}

async function answered(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/api/chat`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ message: 'How much is a full service?', company_id: demoAccount.company_id }),
    })
    await response.arrayBuffer()
    return response.status === 200
  } catch {
    return false
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  await new Promise(done => server.close(done))
  return port
}
