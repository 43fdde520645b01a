/**
 * Hono's router, with addresses that have no parameters found by one look into a Map. Ours mix parameters and names at one
 * level (`/api/knowledge/:company_id`, `/api/knowledge/add`), for which Hono falls back to walking a tree.
 */
import { METHOD_NAME_ALL, type Result, type Router } from 'hono/router'
import { TrieRouter } from 'hono/router/trie-router'

export class StaticFirstRouter<T> implements Router<T> {
  name = 'StaticFirstRouter'
  private readonly tree = new TrieRouter<T>()
  private readonly found = new Map<string, Result<T>>()
  private readonly plain = new Set<string>()

  add(method: string, path: string, handler: T): void {
    this.tree.add(method, path, handler)
    if (!/[:*{?]/.test(path) && method !== METHOD_NAME_ALL) this.plain.add(`${method} ${path}`)
    // What matches a plain address may have changed, middleware included.
    this.found.clear()
  }

  /** The tree decides, once for each plain address: its result is the same ever after. */
  match(method: string, path: string): Result<T> {
    const address = `${method} ${path}`
    const known = this.found.get(address)
    if (known) return known
    const result = this.tree.match(method, path)
    if (this.plain.has(address)) this.found.set(address, result)
    return result
  }
}
