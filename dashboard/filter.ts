/** Filters that live in the address, so that Back, a reload and a link bring them back. */
import { useLocation } from 'preact-iso'

export interface AddressFilter<F extends Record<string, string>> {
  filter: F
  page: number
  /** True when any filter is set. */
  on: boolean
  /** Back to the first page; `replace` where it is the same step of history. */
  change: (next: Partial<F>, replace?: boolean) => void
  addressOf: (page: number) => string
}

/** `empty` names the filters and their value when none is chosen. */
export function useAddressFilter<F extends Record<string, string>>(base: string, empty: F): AddressFilter<F> {
  const { query, route } = useLocation()
  const filter = Object.fromEntries(Object.keys(empty).map(name => [name, query[name] ?? empty[name]])) as F
  const address = (values: Record<string, string>, page: number) => {
    const kept = Object.entries(values).filter(([name, value]) => value !== empty[name])
    const search = new URLSearchParams(kept)
    if (page > 1) search.set('page', String(page))
    return search.toString() ? `${base}?${search}` : base
  }
  return {
    filter,
    page: Math.max(1, Math.floor(Number(query.page)) || 1),
    on: Object.keys(empty).some(name => filter[name] !== empty[name]),
    change: (next, replace = false) => route(address({ ...filter, ...next } as Record<string, string>, 1), replace),
    addressOf: page => address(filter, page),
  }
}
