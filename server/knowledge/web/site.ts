/** What a source of kind site is told: how far to read. */
import type { Source } from '../../store/records.ts'

export interface SiteSettings {
  maxPages: number
  /** Links away from the start; 0: that page alone. */
  maxDepth: number
  category: string | undefined
}

export const defaultPages = 200
export const mostPages = 2000
export const defaultDepth = 5
export const mostDepth = 20

/** Settings as stored; what is missing or makes no sense is the default. */
export function settingsOf(source: Pick<Source, 'settings'>): SiteSettings {
  const { max_pages, max_depth, category } = source.settings
  return {
    maxPages: whole(max_pages, 1, mostPages, defaultPages),
    maxDepth: whole(max_depth, 0, mostDepth, defaultDepth),
    category: typeof category === 'string' && category ? category : undefined,
  }
}

const whole = (value: unknown, min: number, max: number, fallback: number) =>
  typeof value === 'number' && Number.isInteger(value) ? Math.min(max, Math.max(min, value)) : fallback
