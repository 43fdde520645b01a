/** Which page answers which address. Pages are loaded when they are first needed, or when a pointer nears their link. */
import type { AnyComponent } from 'preact'
import { useEffect } from 'preact/hooks'
import { ErrorBoundary, LocationProvider, lazy, Route, Router, useLocation } from 'preact-iso'
import { afterSignIn, paths } from './navigation.ts'
import { loadPageStyles } from './page-styles.ts'
import { account, newcomer, restore, startProblem } from './session.ts'
import { loadPages, t } from './text.ts'
import { Boundary, Stale } from './ui/boundary.tsx'
import { Shell } from './ui/shell.tsx'
import { SignInAgain } from './ui/sign-in-again.tsx'
import { Failed } from './ui/surface.tsx'
import { Toaster } from './ui/toast.tsx'

type Page = AnyComponent & { preload: () => Promise<unknown> }

/** After an update of the server a page's old file is gone: that is said, with the way to the new one. */
const core = (load: () => Promise<{ default: AnyComponent }>) =>
  lazy(() => load().catch(() => ({ default: Stale }))) as unknown as Page

/** A page behind the menu: its words and its look come first. */
const page = (load: () => Promise<{ default: AnyComponent }>) =>
  core(() => Promise.all([loadPages(), loadPageStyles()]).then(load))

const own = page(() => import('./pages/account/page.tsx'))
const talk = page(() => import('./pages/conversations/detail.tsx'))
const bot = page(() => import('./pages/bot/page.tsx'))
const source = page(() => import('./pages/sources/detail.tsx'))
const entry = page(() => import('./pages/knowledge-entry.tsx'))
const review = page(() => import('./pages/review/page.tsx'))

/** For people without a session. */
const outside: Record<string, Page> = {
  [paths.signIn]: core(() => import('./pages/sign-in.tsx')),
  [paths.register]: core(() => import('./pages/register.tsx')),
}

/** Links in mails lead here, whether or not somebody is signed in. */
const anyone: Record<string, Page> = {
  [paths.forgot]: page(() => import('./pages/mail/forgot.tsx')),
  [paths.reset]: page(() => import('./pages/mail/reset.tsx')),
  [paths.confirm]: page(() => import('./pages/mail/confirm.tsx')),
  [paths.noticesOff]: page(() => import('./pages/mail/notices-off.tsx')),
}

/** For a client who is signed in. */
const inside: Record<string, Page> = {
  [paths.overview]: core(() => import('./pages/overview.tsx')),
  [paths.knowledge]: page(() => import('./pages/knowledge-list.tsx')),
  [paths.newEntry]: entry,
  [`${paths.knowledge}/:id`]: entry,
  [paths.conversations]: page(() => import('./pages/conversations/list.tsx')),
  [`${paths.conversations}/:id`]: talk,
  [paths.leads]: page(() => import('./pages/conversations/leads.tsx')),
  [paths.improve]: page(() => import('./pages/improve/unanswered.tsx')),
  [paths.badlyRated]: page(() => import('./pages/improve/rated.tsx')),
  [paths.goldens]: page(() => import('./pages/improve/goldens.tsx')),
  [paths.welcome]: page(() => import('./pages/welcome.tsx')),
  [paths.analytics]: page(() => import('./pages/analytics/page.tsx')),
  [paths.model]: page(() => import('./pages/model/page.tsx')),
  [paths.review]: review,
  [paths.changedSources]: review,
  [paths.categories]: page(() => import('./pages/organise/categories.tsx')),
  [paths.spreadsheet]: page(() => import('./pages/spreadsheet/page.tsx')),
  [paths.sources]: page(() => import('./pages/sources/list.tsx')),
  [`${paths.sources}/:id`]: source,
  [paths.tryBot]: page(() => import('./pages/try-bot.tsx')),
  [`${paths.bot}/:part?`]: bot,
  [paths.integrate]: page(() => import('./pages/integrate/page.tsx')),
  [paths.keys]: page(() => import('./pages/keys.tsx')),
  [paths.account]: own,
  [`${paths.account}/:part`]: own,
}

const notFound = core(() => import('./pages/not-found.tsx'))

/** Pages that also answer addresses below theirs. */
const parts: [string, Page][] = [
  [paths.knowledge, entry],
  [paths.account, own],
  [paths.bot, bot],
  [paths.conversations, talk],
  [paths.sources, source],
]

/** Begins to load the page of a path; harmless for any path. */
export function preload(path: string): void {
  const clean = path.replace(/\/+$/, '') || paths.overview
  const known =
    inside[clean] ??
    outside[clean] ??
    anyone[clean] ??
    parts.find(([start]) => `${clean}/`.startsWith(`${start}/`))?.[1]
  known?.preload().catch(() => {})
}

export function App() {
  return (
    <LocationProvider scope="/portal">
      <ErrorBoundary>
        <Pages />
      </ErrorBoundary>
      <SignInAgain />
      <Toaster />
    </LocationProvider>
  )
}

function Pages() {
  const { path, url, query } = useLocation()
  useEffect(preloadOnApproach, [])
  if (startProblem.value)
    return (
      <main class="start-problem">
        <Failed error={startProblem.value} onRetry={restore} />
      </main>
    )
  const signedIn = account.value
  if (signedIn === undefined) return <div class="start" role="status" aria-label={t.loading} />

  if (path in anyone) return <Router>{routes(anyone)}</Router>
  if (path in outside) {
    if (signedIn) return <Redirect to={newcomer.value ? paths.welcome : afterSignIn(query.next)} />
    return <Router>{routes(outside)}</Router>
  }
  if (!signedIn) {
    const next = path === paths.overview ? '' : `?${new URLSearchParams({ next: url })}`
    return <Redirect to={paths.signIn + next} />
  }
  return (
    <Shell account={signedIn}>
      <Boundary place={url}>
        <Router>{[...routes(inside), <Route key="none" default component={notFound} />]}</Router>
      </Boundary>
    </Shell>
  )
}

const routes = (pages: Record<string, Page>) =>
  Object.entries(pages).map(([path, component]) => <Route key={path} path={path} component={component} />)

function Redirect({ to }: { to: string }) {
  const { route } = useLocation()
  useEffect(() => route(to, true), [to])
  return null
}

/** A link that the pointer or the focus is on is likely to be followed. */
function preloadOnApproach(): () => void {
  const approach = (event: Event) => {
    const link = (event.target as Element).closest?.('a[href^="/portal"]')
    if (link) preload((link as HTMLAnchorElement).pathname)
  }
  addEventListener('pointerover', approach)
  addEventListener('focusin', approach)
  return () => {
    removeEventListener('pointerover', approach)
    removeEventListener('focusin', approach)
  }
}
