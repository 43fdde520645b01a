/** What things lie on: the page with its heading, cards, notices, badges, and the states of nothing, waiting and failing. */
import type { ComponentChildren } from 'preact'
import { useEffect, useId, useLayoutEffect, useRef } from 'preact/hooks'
import type { ApiError } from '../api.ts'
import { t } from '../text.ts'
import { Button } from './button.tsx'
import { Icon, type IconName } from './icon.tsx'

interface PageProps {
  title: string
  /** One sentence under the title. */
  lead?: ComponentChildren
  /** Above the title: the way back. */
  back?: { href: string; label: string }
  actions?: ComponentChildren
  narrow?: boolean
  /** A form page puts the focus into its first field instead. */
  focusTitle?: boolean
  children: ComponentChildren
}

let firstPage = true

/** Names the document and, after a change of page, moves the focus to the title, so that a screen reader says where it is. */
export function Page({ title, lead, back, actions, narrow, focusTitle = true, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} · ${t.product}`
  }, [title])
  // Before anything is painted: later it would take the focus from a field that somebody has begun to fill.
  useLayoutEffect(() => {
    if (!firstPage && focusTitle) heading.current?.focus({ preventScroll: true })
    firstPage = false
  }, [])
  return (
    <div class={narrow ? 'page page-narrow' : 'page'}>
      {back && (
        <a class="page-back" href={back.href}>
          <Icon name="back" size={16} />
          {back.label}
        </a>
      )}
      <header class="page-head">
        <div>
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {lead && <p class="page-lead">{lead}</p>}
        </div>
        {actions && <div class="page-actions">{actions}</div>}
      </header>
      {children}
    </div>
  )
}

interface CardProps {
  title?: ComponentChildren
  aside?: ComponentChildren
  /** Without padding, for lists that run to the edge. */
  flush?: boolean
  accent?: boolean
  class?: string
  children: ComponentChildren
}

export function Card({ title, aside, flush, accent, class: extra, children }: CardProps) {
  const id = useId()
  const classes = ['card', flush && 'card-flush', accent && 'card-accent', extra].filter(Boolean).join(' ')
  return (
    <section class={classes} aria-labelledby={title ? id : undefined}>
      {(title || aside) && (
        <div class="card-head">
          {title && <h2 id={id}>{title}</h2>}
          {aside}
        </div>
      )}
      {children}
    </section>
  )
}

type Tone = 'info' | 'good' | 'warn' | 'bad'
const toneIcons: Record<Tone, IconName> = { info: 'info', good: 'check', warn: 'warning', bad: 'warning' }

interface NoticeProps {
  tone?: Tone
  /** Read out at once when it appears. */
  alert?: boolean
  actions?: ComponentChildren
  children: ComponentChildren
}

export function Notice({ tone = 'info', alert, actions, children }: NoticeProps) {
  return (
    <div class={`notice notice-${tone}`} role={alert ? 'alert' : undefined} tabIndex={alert ? -1 : undefined}>
      <Icon name={toneIcons[tone]} size={18} />
      <div class="notice-text">{children}</div>
      {actions && <div class="notice-actions">{actions}</div>}
    </div>
  )
}

/** What the whole form was refused for; nothing when it was not. */
export function FormProblem({ problem }: { problem: ApiError | undefined }) {
  if (!problem) return null
  return (
    <Notice tone="bad" alert>
      {problem.message}
    </Notice>
  )
}

export function Badge({ tone, children }: { tone?: Tone | 'plain'; children: ComponentChildren }) {
  return <span class={`badge badge-${tone ?? 'plain'}`}>{children}</span>
}

interface EmptyProps {
  icon: IconName
  title: string
  children?: ComponentChildren
  actions?: ComponentChildren
}

/** Nothing here yet: says why, and what to do. */
export function Empty({ icon, title, children, actions }: EmptyProps) {
  return (
    <div class="empty">
      <span class="empty-icon">
        <Icon name={icon} size={28} />
      </span>
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {actions && <div class="empty-actions">{actions}</div>}
    </div>
  )
}

/** The shape of what is coming; shows itself only when it takes longer than a blink. */
export function Loading({ lines = 3 }: { lines?: number }) {
  return (
    <div class="loading" role="status">
      <span class="visually-hidden">{t.loading}</span>
      {Array.from({ length: lines }, (_, i) => (
        <span key={i} class="loading-line" />
      ))}
    </div>
  )
}

/** A load that failed, with the way to try again. */
export function Failed({ error, onRetry }: { error: ApiError; onRetry: () => void }) {
  return (
    <Notice
      tone="bad"
      alert
      actions={
        <Button small onClick={onRetry}>
          {t.tryAgain}
        </Button>
      }
    >
      {error.message}
    </Notice>
  )
}

/** Words that only screen readers get. */
export function Hidden({ children }: { children: ComponentChildren }) {
  return <span class="visually-hidden">{children}</span>
}
