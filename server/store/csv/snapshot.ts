/**
 * The files that together are the store at one moment. The engine brings them up to the last durable commit first and
 * lets no checkpoint near them until the copy is done; commits go on in the journal meanwhile.
 *
 * The journal itself stays behind: the files hold all of it that counts. So the copied manifest forgets which record its
 * checkpoint noted, since in the copy numbers go on from `sequence`, and a note that seems done would be ignored.
 * Locks stay behind as well: they belong to a process.
 */
import { join } from 'node:path'
import type { SnapshotFile } from '../store.ts'
import { codeOf, type FilePort } from './file-port.ts'
import type { Manifest } from './manifest.ts'

const manifestName = 'journal/manifest.csv'

/** Every file below `dir` but the journal and what is only beside; names use `/`. */
export async function* snapshotFiles(port: FilePort, dir: string, manifest: Manifest): AsyncGenerator<SnapshotFile> {
  yield* filesBelow(port, dir, '')
  yield { name: manifestName, bytes: manifest.encode(0) }
}

async function* filesBelow(port: FilePort, dir: string, folder: string): AsyncGenerator<SnapshotFile> {
  for (const entry of (await port.list(join(dir, folder))).sort()) {
    const name = folder === '' ? entry : `${folder}/${entry}`
    if (name === 'owner.lock' || (folder === 'journal' && entry !== 'base') || name.endsWith('.csv.tmp')) continue
    if (await isFolder(port, join(dir, name))) yield* filesBelow(port, dir, name)
    else yield { name }
  }
}

async function isFolder(port: FilePort, path: string): Promise<boolean> {
  try {
    const file = await port.open(path, 'read')
    try {
      await file.read(Buffer.alloc(1), 0)
      return false
    } finally {
      await file.close()
    }
  } catch (error) {
    if (codeOf(error) === 'EISDIR') return true
    // Gone since it was listed, or nothing that can be opened: whoever copies it finds out.
    return false
  }
}
