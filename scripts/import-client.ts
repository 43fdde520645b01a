/** `npm run import-client -- FILE.zip`: a client exported elsewhere; keys and password go on working. */
import { resolve } from 'node:path'
import { readConfig, readEnv } from '../server/config.ts'
import { AppError } from '../server/errors.ts'
import { program, runOperation } from '../server/operator/run.ts'
import { listed } from '../server/operator/words.ts'

await program(async () => {
  const [file] = process.argv.slice(2)
  if (!file) throw new AppError('invalid_request', 'Say what: npm run import-client -- FILE.zip')
  const { dataDir } = readConfig(readEnv(process.env))
  const report = await runOperation(dataDir, 'importClient', { file: resolve(file) })
  return `Imported ${report.company} (${report.clientId}): ${listed({ ...report.rows, uploads: report.uploads })}.`
})
