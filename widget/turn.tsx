/** @jsxImportSource ./dom */

/** One question and what came of it. */
import type { ChatSource } from '../server/chat/wire.ts'
import { Answer, OuterLink } from './answer.tsx'
import { canRetry, type Failure } from './api.ts'
import type { Turn } from './conversation.ts'
import { type Child, fill } from './dom/jsx-runtime.ts'
import { IconButton, relabel } from './icon.tsx'
import { safeHref } from './markdown.ts'
import { createRating } from './rating.tsx'
import type { Speech } from './text.ts'

/** The words for a failure; a date in the visitor's own form. */
export function failureText({ kind, resetsAt }: Failure, { text, lang }: Speech): string {
  const date = new Date(resetsAt || '')
  if (kind === 'quota' && !+date) return text.unavailable
  return text[kind].replace('{date}', () => date.toLocaleDateString(lang, { day: 'numeric', month: 'long' }))
}

/** A footnote, folded: the words an answer rests on, and where they can be read in full. */
function Source({ source, speech: { text } }: { source: ChatSource; speech: Speech }) {
  const href = safeHref(source.url || '', /^https?:$/)
  return (
    <details>
      <summary>
        <b>{text.source}</b> <span dir="auto">{source.title || source.category || source.source}</span>
      </summary>
      <blockquote dir="auto">{source.quote}</blockquote>
      {href && (
        <OuterLink href={href}>
          {text.openSource}
          <span class="unseen"> ({text.newTab})</span>
        </OuterLink>
      )}
    </details>
  )
}

function CopyButton({ answer, speech: { text } }: { answer: string; speech: Speech }) {
  const button = (
    <IconButton
      icon="copy"
      label={text.copy}
      onClick={async () => {
        await navigator.clipboard.writeText(answer)
        relabel(button, 'done', text.copied)
        setTimeout(() => relabel(button, 'copy', text.copy), 2000)
      }}
    />
  )
  return button
}

/** Questions to ask with one click. */
export function Suggestions({
  of,
  speech,
  ask,
}: {
  of: string[] | undefined
  speech: Speech
  ask(question: string): void
}) {
  return of?.length ? (
    <ul class="onward" aria-label={speech.text.suggestions}>
      {of.map(question => (
        <li>
          <button type="button" dir="auto" onClick={() => ask(question)}>
            {question}
          </button>
        </li>
      ))}
    </ul>
  ) : (
    ''
  )
}

export interface TurnDeps {
  speech: Speech
  /** Of who answers. */
  name(): string
  ask(question: string): void
  retry(): void
  rate(rating: 'up' | 'down' | 'none', comment?: string): void
  /** Ways on to people, where the reply names some. */
  waysOn(turn: Turn): Child
}

export interface TurnView {
  element: HTMLElement
  /** Shows what has changed since. */
  update(): void
}

export function createTurn(turn: Turn, { speech, name, ask, retry, rate, waysOn }: TurnDeps): TurnView {
  const { text } = speech

  function Reply() {
    const { state, failure } = turn
    const failed = state === 'failed' && failure
    const done = state === 'done'
    const { thumbs, after } = createRating({ turn, speech, rate })
    return (
      <>
        <span class="unseen">{name()}: </span>
        {state === 'waiting' ? (
          <p class="dots">
            <span class="unseen">{text.waiting}</span>
            <i />
            <i />
            <i />
          </p>
        ) : (
          <Answer text={turn.answer} />
        )}
        {state === 'stopped' && <p class="note">{text.stopped}</p>}
        {failed && <p class="note">{failureText(failed, speech)}</p>}
        {done && turn.kind !== 'small-talk' && (
          <>
            <div class="foot">
              <div>
                {turn.answerId && thumbs}
                {/* There is no clipboard where the page is not served securely. */}
                {navigator.clipboard && <CopyButton answer={turn.answer} speech={speech} />}
              </div>
              {turn.sources?.map(source => (
                <Source source={source} speech={speech} />
              ))}
            </div>
            {after}
          </>
        )}
        {(state === 'stopped' || (failed && canRetry(failed))) && (
          <p class="onward">
            <button type="button" onClick={retry}>
              {text.retry}
            </button>
          </p>
        )}
        {done && waysOn(turn)}
        {done && <Suggestions of={turn.suggestions} speech={speech} ask={ask} />}
      </>
    )
  }

  const reply = (<div class="reply" />) as HTMLElement
  let shown = ''
  const update = () => {
    // What a visitor unfolded or wrote in it stays until there is something new.
    const state = JSON.stringify({ ...turn, rating: 0 })
    if (state === shown) return
    shown = state
    reply.textContent = ''
    fill(reply, <Reply />)
  }
  update()
  return {
    element: (
      <article>
        <p class="question">
          <span class="unseen">{text.you}: </span>
          <span dir="auto">{turn.question}</span>
        </p>
        {reply}
      </article>
    ),
    update,
  }
}
