/** Where a visitor was, without what a query may tell of them; empty for anything that is no web address. */
export function pageAddress(page: string | undefined): string {
  const url = page && URL.canParse(page) ? new URL(page) : undefined
  return url && /^https?:$/.test(url.protocol) ? url.origin + url.pathname : ''
}
