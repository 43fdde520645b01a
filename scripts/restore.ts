/**
 * `npm run restore -- BACKUP DIR`: makes the new data folder DIR out of a backup, verified before and after. DIR must be
 * new or empty, and no server may run on it.
 */
import { AppError } from '../server/errors.ts'
import { restoreBackup } from '../server/operator/restore.ts'
import { program } from '../server/operator/run.ts'
import { sizeOf } from '../server/operator/words.ts'

await program(async () => {
  const [backup, target] = process.argv.slice(2)
  if (!backup || !target)
    throw new AppError('invalid_request', 'Say from where and where to: npm run restore -- BACKUP DIR')
  const { time, files, bytes } = await restoreBackup(backup, target, () => new Date())
  return `Restored ${target} as of ${time} (${files} files, ${sizeOf(bytes)}, every checksum right). Start with DATA_DIR=${target}.`
})
