/** Lines about the store: against SQLite, and how little its history weighs. */
import type { Figure } from './figure.ts'
import type { BenchRun } from './main.ts'

export async function storeFigures(_run: BenchRun): Promise<Figure[]> {
  return []
}
