/**
 * `npm run erase-client -- CLIENT_ID [RECEIPT]`: removes a client and everything of it, for good. The receipt is printed
 * and written to a file.
 */
import { existsSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { readConfig, readEnv } from '../server/config.ts'
import { AppError } from '../server/errors.ts'
import { inWords } from '../server/operator/copy.ts'
import { program, runOperation } from '../server/operator/run.ts'
import { listed } from '../server/operator/words.ts'

await program(async () => {
  const [clientId, file = `erased-${clientId}.txt`] = process.argv.slice(2)
  if (!clientId) throw new AppError('invalid_request', 'Say whom: npm run erase-client -- CLIENT_ID [RECEIPT]')
  const receiptFile = resolve(file)
  if (existsSync(receiptFile)) throw new AppError('conflict', `${receiptFile} exists already; name a new file.`)
  const { dataDir } = readConfig(readEnv(process.env))
  const { time, rows, uploads, remaining } = await runOperation(dataDir, 'eraseClient', { clientId })
  const receipt = [
    `Erased the client ${clientId} from ${dataDir} at ${time}.`,
    `Removed: ${listed({ ...rows, uploads })}.`,
    'Tables, logs with their closed months, counts, uploads and the journal hold nothing of it any more.',
    ...(remaining.length > 0
      ? [`Files set aside earlier still name it; look at them and delete them: ${remaining.join(', ')}.`]
      : []),
    'Backups and exports made before still hold it; delete them when their time has come.',
  ].join('\n')
  try {
    writeFileSync(receiptFile, `${receipt}\n`, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    // It has been done: the receipt must not be lost with its file.
    console.log(receipt)
    throw inWords(error, receiptFile)
  }
  return receipt
})
