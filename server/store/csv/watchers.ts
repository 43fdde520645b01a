/** Who is told of changed rows, by table. */
import type { TableDef } from '../define.ts'
import type { TableChange } from '../store.ts'

type Listener = (change: TableChange<any>) => void

export class Watchers {
  private readonly listeners = new Map<string, Set<Listener>>()

  /** Returns an unsubscribe. */
  add(def: TableDef, listener: Listener): () => void {
    let listeners = this.listeners.get(def.name)
    if (!listeners) this.listeners.set(def.name, (listeners = new Set()))
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  tell(def: TableDef, change: TableChange<any>): void {
    const listeners = this.listeners.get(def.name)
    if (listeners) for (const listener of listeners) listener(change)
  }
}
