/** `npm run export-client -- CLIENT_ID FILE.zip`: everything of one client, to be imported elsewhere; the client stays. */
import { resolve } from 'node:path'
import { readConfig, readEnv } from '../server/config.ts'
import { AppError } from '../server/errors.ts'
import { program, runOperation } from '../server/operator/run.ts'
import { listed, sizeOf } from '../server/operator/words.ts'

await program(async () => {
  const [clientId, file] = process.argv.slice(2)
  if (!clientId || !file)
    throw new AppError('invalid_request', 'Say whom and where to: npm run export-client -- CLIENT_ID FILE.zip')
  const { dataDir } = readConfig(readEnv(process.env))
  const report = await runOperation(dataDir, 'exportClient', { clientId, file: resolve(file) })
  return `Exported ${report.company} (${clientId}) to ${report.path} (${sizeOf(report.bytes)}): ${listed({ ...report.rows, uploads: report.uploads })}.`
})
