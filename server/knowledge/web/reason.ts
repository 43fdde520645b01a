/** Why a page was left out, or what came of a visit: a code for programs and a sentence for people. */
import type { FetchReason } from '../../http/outgoing/outgoing.ts'

export const reasons = {
  not_changed: 'It says what it said before.',
  robots: 'The site asks robots not to read it (robots.txt).',
  noindex: 'The page asks not to be kept (noindex).',
  login: 'It asks for a sign-in.',
  empty: 'There is no text on it.',
  needs_scripts: 'It shows its text only by running scripts.',
  too_large: 'It is larger than 5 MB.',
  too_slow: 'It did not arrive within 10 seconds.',
  not_found: 'It is not there (any more).',
  server_error: 'The site answered with an error.',
  unreachable: 'The site could not be reached.',
  broken: 'The answer broke off or was no web page.',
  bad_redirect: 'It leads on in circles.',
  redirected: 'It leads on to another page of the site, which is read instead.',
  outside: 'It leads out of the site.',
  url_not_allowed: 'It leads to an address that is not public.',
  duplicate: 'Another page of the site says the same.',
  not_a_page: 'It is no web page.',
  document: 'It is a document; upload it as a file.',
  trap: 'Addresses of this kind go on for ever or add nothing: calendars, sort orders, print versions.',
  limit: 'The limit of pages was reached before it.',
  over_limit: 'Your plan holds no more entries.',
  unreadable: 'It could not be read within 10 seconds and 256 MB.',
  cancelled: 'The visit was cancelled.',
} as const satisfies Record<FetchReason, string> & Record<string, string>

export type Reason = keyof typeof reasons

/** Empty for a page that was kept, or has not been visited. */
export const sentenceOf = (reason: string): string => (reason in reasons ? reasons[reason as Reason] : '')
