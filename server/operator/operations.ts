/** What the operator's programs can do with a data folder, by the process that owns it. */
import type { Passwords } from '../accounts/password.ts'
import type { EditReport, Store } from '../store/store.ts'
import { version } from '../version.ts'
import { type BackupReport, makeBackup } from './backup.ts'
import { type EraseReceipt, eraseClient } from './erase-client.ts'
import { type ExportReport, exportClient } from './export-client.ts'
import { type ImportReport, importClient } from './import-client.ts'
import { type MigrationReport, migrate } from './migrate/migrate.ts'

export interface OperationDeps {
  store: Store
  /** The data folder. */
  dir: string
  now: () => Date
  passwords: Passwords
}

/** Paths are absolute: they are read in the owner's process. */
export function createOperations({ store, dir, now, passwords }: OperationDeps) {
  return {
    backup: ({ to }: { to: string }): Promise<BackupReport> => makeBackup({ store, dir, now, version }, to),
    exportClient: ({ clientId, file }: { clientId: string; file: string }): Promise<ExportReport> =>
      exportClient({ store, dir, now, version }, clientId, file),
    importClient: ({ file }: { file: string }): Promise<ImportReport> => importClient({ store, dir, now }, file),
    eraseClient: ({ clientId }: { clientId: string }): Promise<EraseReceipt> =>
      eraseClient({ store, dir, now }, clientId),
    /** The last edit by hand of each file, accepted or refused. */
    edits: async (): Promise<EditReport[]> => store.status().edits,
    migrate: ({ from, dryRun }: { from: string; dryRun: boolean }): Promise<MigrationReport> =>
      migrate({ store, passwords, now }, from, dryRun),
  }
}

export type OperationsOf = ReturnType<typeof createOperations>
