/** Talk to the bot as a visitor would, and see what visitors do not: where the answer is from and how sure it was. */
import { signal, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { ChatReply, ChatSource } from '../../server/chat/wire.ts'
import { api, asApiError, type BotSettings } from '../api.ts'
import { paths } from '../navigation.ts'
import { refresh, useResource } from '../resource.ts'
import { account } from '../session.ts'
import { percent, t, utcDayOf } from '../text.ts'
import { Button, ButtonLink } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { Markdown } from '../ui/markdown.tsx'
import { Badge, Page } from '../ui/surface.tsx'

interface Turn {
  id: number
  question: string
  text: string
  sources: ChatSource[]
  /** Present once the answer is complete. */
  reply?: ChatReply
  problem?: string
}

interface Talk {
  clientId: string
  sessionId?: string
  turns: Turn[]
}

/** Lives as long as the page stays open in its tab, so that a look at an entry does not end the conversation. */
const talk = signal<Talk>({ clientId: '', turns: [] })
/** What is typed but not asked. */
const message = signal('')
let nextTurn = 1

function changeTurn(id: number, change: Partial<Turn>): void {
  talk.value = {
    ...talk.peek(),
    turns: talk.peek().turns.map(turn => (turn.id === id ? { ...turn, ...change } : turn)),
  }
}

export default function TryBot() {
  const clientId = account.value!.client_id
  if (talk.peek().clientId !== clientId) talk.value = { clientId, turns: [] }
  const settings = useResource('bot', api.botSettings)
  const running = useSignal<AbortController | null>(null)
  const log = useRef<HTMLDivElement>(null)
  const box = useRef<HTMLTextAreaElement>(null)
  const { turns } = talk.value

  useEffect(() => () => running.peek()?.abort(), [])
  useEffect(() => {
    box.current!.style.height = 'auto'
    box.current!.style.height = `${box.current!.scrollHeight + 2}px`
  }, [message.value])
  useEffect(() => {
    log.current?.lastElementChild?.scrollIntoView({ block: 'nearest' })
  }, [turns])

  const ask = async (question: string) => {
    const text = question.trim()
    if (!text || running.peek()) return
    const id = nextTurn++
    const abort = new AbortController()
    running.value = abort
    message.value = ''
    talk.value = { ...talk.peek(), turns: [...talk.peek().turns, { id, question: text, text: '', sources: [] }] }
    let written = ''
    try {
      await api.chat(
        { message: text, session_id: talk.peek().sessionId },
        {
          start: ({ session_id }) => {
            talk.value = { ...talk.peek(), sessionId: session_id }
          },
          delta: delta => {
            written += delta.text
            changeTurn(id, { text: written })
          },
          sources: ({ sources }) => changeTurn(id, { sources }),
          done: reply => changeTurn(id, { reply, text: reply.response, sources: reply.sources }),
        },
        abort.signal,
      )
    } catch (thrown) {
      const error = asApiError(thrown)
      changeTurn(id, {
        problem: [error.message, error.resetsAt && t.overview.resets(utcDayOf(error.resetsAt))]
          .filter(Boolean)
          .join(' '),
      })
      // Nothing typed is lost: a question that never arrived goes back into the box.
      if (error.code !== 'aborted' && !message.peek()) message.value = text
    } finally {
      running.value = null
      void refresh('profile')
      void refresh('usage')
    }
  }

  const bot = settings.data.value
  return (
    <Page
      title={t.tryBot.title}
      lead={t.tryBot.lead}
      actions={
        turns.length > 0 && (
          <Button
            small
            icon="rotate"
            onClick={() => {
              running.peek()?.abort()
              talk.value = { clientId, turns: [] }
              box.current?.focus()
            }}
          >
            {t.tryBot.startOver}
          </Button>
        )
      }
      narrow
    >
      <div class="talk">
        <div class="talk-log" role="log" aria-label={t.tryBot.conversation} ref={log}>
          {bot?.greeting && <p class="bubble bubble-bot">{bot.greeting}</p>}
          {turns.map(turn => (
            <TurnView key={turn.id} turn={turn} />
          ))}
        </div>
        <Suggestions bot={bot} turns={turns} onPick={ask} />
        <form
          class="composer"
          onSubmit={event => {
            event.preventDefault()
            void ask(message.peek())
          }}
        >
          <textarea
            ref={box}
            class="control"
            rows={1}
            aria-label={t.tryBot.message}
            placeholder={t.tryBot.message}
            maxLength={10_000}
            value={message.value}
            onInput={event => {
              message.value = event.currentTarget.value
            }}
            onKeyDown={event => {
              if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
              event.preventDefault()
              void ask(message.peek())
            }}
          />
          {running.value ? (
            <button
              type="button"
              class="composer-send"
              aria-label={t.tryBot.stop}
              onClick={() => running.peek()?.abort()}
            >
              <Icon name="stop" />
            </button>
          ) : (
            <button type="submit" class="composer-send" aria-label={t.tryBot.send}>
              <Icon name="send" />
            </button>
          )}
        </form>
        <p class="talk-note">{t.tryBot.counts}</p>
      </div>
    </Page>
  )
}

function TurnView({ turn }: { turn: Turn }) {
  const { question, text, reply, problem, sources } = turn
  return (
    <>
      <p class="bubble bubble-visitor">{question}</p>
      {(text || !problem) && (
        <div class="bubble bubble-bot" aria-busy={!reply && !problem}>
          {text ? <Markdown text={text} /> : <Thinking />}
          {sources.length > 0 && <Sources sources={sources} />}
          {reply && <Verdict reply={reply} question={question} />}
        </div>
      )}
      {problem && (
        <p class="bubble-problem">
          <Icon name="warning" size={16} /> {problem}
        </p>
      )}
    </>
  )
}

function Thinking() {
  return (
    <span class="thinking">
      <span class="visually-hidden">{t.tryBot.thinking}</span>
      <i />
      <i />
      <i />
    </span>
  )
}

function Sources({ sources }: { sources: ChatSource[] }) {
  return (
    <div class="sources">
      <p class="sources-head">{t.tryBot.sources(sources.length)}</p>
      <ul>
        {sources.map(source => (
          <li key={source.id}>
            <a href={paths.entry(source.id)}>{source.title || source.source || source.category || t.tryBot.untitled}</a>
            <q>{source.quote}</q>
          </li>
        ))}
      </ul>
    </div>
  )
}

function Verdict({ reply, question }: { reply: ChatReply; question: string }) {
  if (reply.kind === 'small-talk') return null
  return (
    <div class="verdict">
      {reply.answered ? (
        <Badge tone="good">{t.tryBot.answered(percent(reply.confidence))}</Badge>
      ) : (
        <>
          <Badge tone="warn">{t.tryBot.notAnswered}</Badge>
          <ButtonLink small href={paths.answerTo(question)} icon="edit">
            {t.overview.writeAnswer}
          </ButtonLink>
        </>
      )}
    </div>
  )
}

/** The bot's own suggestions: those of its last answer, or the ones a visitor sees first. */
function Suggestions({ bot, turns, onPick }: { bot?: BotSettings; turns: Turn[]; onPick: (question: string) => void }) {
  const last = turns[turns.length - 1]
  const offered = last ? (last.reply?.suggestions ?? []) : (bot?.suggestions ?? [])
  if (offered.length === 0) return null
  return (
    <ul class="suggestions" aria-label={t.tryBot.suggestions}>
      {offered.map(question => (
        <li key={question}>
          <button type="button" class="chip" onClick={() => onPick(question)}>
            {question}
          </button>
        </li>
      ))}
    </ul>
  )
}
