/** What became of a client's knowledge files after somebody changed them with a spreadsheet or an editor. */
import type { Store } from '../store/store.ts'
import type { HandEdit } from './wire.ts'

/** The last edit of each file, newest first. Known since the start of the process. */
export function handEdits(store: Store, clientId: string): HandEdit[] {
  const folder = `knowledge/${clientId}/`
  const named = (file: string) => file.slice(folder.length)
  return store
    .status()
    .edits.filter(({ file }) => file.startsWith(folder))
    .map(({ file, at, outcome, detail, setAside }) => ({
      file: named(file),
      at,
      outcome,
      detail,
      set_aside: setAside === undefined ? null : named(setAside),
    }))
    .reverse()
}
