import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openCsvStore } from '../../server/store/csv/index.ts'
import { storeSuite } from './suite.ts'

storeSuite('the CSV engine', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'store-'))
  return {
    open: now => openCsvStore({ dir, now }),
    dispose: () => rm(dir, { recursive: true }),
  }
})
