/** Addresses of pages: one spelling for one page, which of them belong to the site, and which only lead in circles. */

/** Query parameters that say who came from where, or who somebody is, and nothing of the page. */
const tracking =
  /^(?:utm_\w+|mtm_\w+|pk_\w+|piwik_\w+|hsa_\w+|gclid|gclsrc|dclid|gbraid|wbraid|fbclid|msclkid|twclid|ttclid|yclid|igshid|li_fat_id|mc_cid|mc_eid|_ga|_gl|_hsenc|_hsmi|hsctatracking|mkt_tok|vero_id|oly_enc_id|oly_anon_id|s_cid|icid|phpsessid|jsessionid|aspsessionid\w*|asp\.net_sessionid|sessionid|session_id|sess|sid|cfid|cftoken|oscsid|zenid|xtc?sid|s_id)$/i
const sessionInPath = /;(?:jsessionid|sid|phpsessid)=[^/;]*/gi
/** What is no page: pictures, programs, archives, documents that are uploaded as files. */
const otherFile =
  /\.(?:jpe?g|png|gif|webp|avif|svg|ico|bmp|tiff?|css|m?js|json|map|xml|rss|atom|txt|pdf|docx?|xlsx?|pptx?|od[tsp]|csv|zip|gz|tgz|bz2|xz|7z|rar|tar|exe|msi|dmg|apk|iso|mp[34]|m4[av]|avi|mov|wmv|webm|og[gv]|wav|flac|woff2?|ttf|otf|eot|ics|vcf|eps|psd|swf)$/i
/** Long addresses and deep paths are made by programs that go in circles. */
const maxLength = 700
const maxSegments = 15

/** The address without fragment, session, tracking and order of parameters. Undefined for what is no web address. */
export function normalised(input: string): string | undefined {
  if (!URL.canParse(input)) return undefined
  const url = new URL(input)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined
  url.hash = ''
  url.username = ''
  url.password = ''
  url.hostname = url.hostname.replace(/\.$/, '')
  url.pathname = url.pathname.replace(sessionInPath, '').replace(/\/{2,}/g, '/')
  const kept = [...url.searchParams].filter(([name]) => !tracking.test(name))
  kept.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  url.search = new URLSearchParams(kept).toString()
  return url.href
}

/** Whether two addresses are of one site: the same host and port, with or without `www.`, by http or https. */
export function isSameSite(a: string, b: string): boolean {
  return siteOf(a) === siteOf(b)
}

export function siteOf(address: string): string {
  return new URL(address).host.replace(/^www\./, '')
}

/** Why an address of the site is not worth a visit, by itself. */
export function oddity(address: string): 'not_a_page' | 'trap' | undefined {
  const { pathname } = new URL(address)
  if (otherFile.test(pathname)) return 'not_a_page'
  const segments = pathname.split('/').filter(Boolean)
  if (address.length > maxLength || segments.length > maxSegments) return 'trap'
  const counts = new Map<string, number>()
  for (const segment of segments) counts.set(segment, (counts.get(segment) ?? 0) + 1)
  return Math.max(0, ...counts.values()) >= 3 ? 'trap' : undefined
}

export interface Shape {
  /** Addresses of one shape are made by one template: numbers and values of parameters are left out. */
  key: string
  /**
   * - days: a calendar, which goes on for ever and says little
   * - variants: one page in many arrangements, or many pages by number; what they say will show
   */
  kind: 'days' | 'variants' | 'single'
}

/** The shape of an address, by which circles without end are found. */
export function shapeOf(address: string): Shape {
  const { pathname, searchParams } = new URL(address)
  const names = [...new Set(searchParams.keys())].sort().join('&')
  const path = pathname.replace(/\d+/g, '0')
  const key = names ? `${path}?${names}` : path
  // A day or month as the last part of the path, or in a parameter; `/2024/05/a-title` is an article.
  const dated =
    /\/(?:19|20)\d{2}(?:[-/]\d{1,2}){0,2}\/?$/.test(pathname) ||
    [...searchParams].some(([name, value]) => isDate(name, value))
  if (dated) return { key: key.replace(/0(?:[-/]0)*\/?$/, '0'), kind: 'days' }
  return { key, kind: names || path !== pathname ? 'variants' : 'single' }
}

const isDate = (name: string, value: string) =>
  /^(?:19|20)\d{2}[-/.]?\d{0,2}/.test(value)
    ? /date|day|month|week|year|from|to|start|end|cal/i.test(name) || /^\d{4}-\d{2}(?:-\d{2})?$/.test(value)
    : /^(?:month|year|week|day|date|cal\w*)$/i.test(name)
