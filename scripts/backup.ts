/**
 * `npm run backup -- DIR`: copies the data folder (DATA_DIR or ./data) into DIR/<time>, whether a server runs on it or
 * not. Everything acknowledged before it began is in it.
 */
import { resolve } from 'node:path'
import { readConfig, readEnv } from '../server/config.ts'
import { AppError } from '../server/errors.ts'
import { program, runOperation } from '../server/operator/run.ts'
import { sizeOf } from '../server/operator/words.ts'

await program(async () => {
  const [target] = process.argv.slice(2)
  if (!target) throw new AppError('invalid_request', 'Say where to: npm run backup -- DIR')
  const { dataDir } = readConfig(readEnv(process.env))
  const { path, files, bytes } = await runOperation(dataDir, 'backup', { to: resolve(target) })
  return `Backed up ${dataDir} to ${path} (${files} files, ${sizeOf(bytes)}).`
})
