/** One conversation in full, with the reason for each answer. */
import { useSignal } from '@preact/signals'
import { useLocation, useRoute } from 'preact-iso'
import { api, type ConversationTurn } from '../../api.ts'
import { saveFile } from '../../download.ts'
import { paths } from '../../navigation.ts'
import { removeWithUndo } from '../../pending-delete.ts'
import { refresh, useResource } from '../../resource.ts'
import { languageName, momentOf, percent, t } from '../../text.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { TextArea } from '../../ui/field.tsx'
import { useForm } from '../../ui/form.ts'
import { Icon } from '../../ui/icon.tsx'
import { Markdown } from '../../ui/markdown.tsx'
import { Badge, Card, Empty, Failed, FormProblem, Loading, Page } from '../../ui/surface.tsx'
import { toast } from '../../ui/toast.tsx'
import { WhyView } from './why.tsx'

export default function ConversationPage() {
  const { params } = useRoute()
  const id = params.id!
  const { route } = useLocation()
  const talk = useResource(`conversation:${id}`, () => api.conversation(id))
  const data = talk.data.value
  const back = { href: paths.conversations, label: t.nav.conversations }
  if (talk.error.value?.status === 404)
    return (
      <Page title={t.talks.gone} back={back} narrow>
        <Empty icon="talks" title={t.talks.goneText} />
      </Page>
    )
  const remove = () => {
    removeWithUndo({
      id,
      text: t.talks.deleted,
      send: keepalive => api.deleteConversation(id, keepalive),
      refresh: ['conversations', 'usage'],
    })
    route(paths.conversations)
  }
  return (
    <Page
      title={data?.turns[0]?.message || t.talks.one}
      back={back}
      lead={
        data &&
        [momentOf(data.started_at), data.lang && languageName(data.lang), data.origin].filter(Boolean).join(' · ')
      }
      actions={
        data && (
          <>
            <Button small icon="save" onClick={() => saveFile(`conversation-${id}.txt`, asText(data.turns))}>
              {t.talks.save}
            </Button>
            <Button small icon="trash" onClick={remove}>
              {t.talks.delete}
            </Button>
          </>
        )
      }
      narrow
    >
      {talk.error.value && <Failed error={talk.error.value} onRetry={talk.reload} />}
      {!data && !talk.error.value && <Loading lines={6} />}
      {data && (
        <>
          <ol class="talk talk-log">
            {data.turns.map(turn => (
              <TurnView key={turn.answer_id} turn={turn} />
            ))}
          </ol>
          <Note id={id} note={data.note} key={data.note} />
        </>
      )}
    </Page>
  )
}

const asText = (turns: ConversationTurn[]) =>
  turns.map(turn => `${turn.timestamp}\n> ${turn.message}\n${turn.response}\n`).join('\n')

function TurnView({ turn }: { turn: ConversationTurn }) {
  const open = useSignal(false)
  const asked = turn.kind !== 'small-talk'
  return (
    <>
      <li class="bubble bubble-visitor">{turn.message || t.talks.noWords}</li>
      <li class="bubble bubble-bot">
        <Markdown text={turn.response} />
        <div class="verdict">
          {turn.kind === 'answer' && <Badge tone="good">{t.tryBot.answered(percent(turn.confidence))}</Badge>}
          {turn.kind === 'refusal' && <Badge tone="warn">{t.tryBot.notAnswered}</Badge>}
          {turn.rating && (
            <span class="rated">
              <Icon name={turn.rating === 'up' ? 'up' : 'thumbDown'} size={16} />{' '}
              {turn.rating === 'up' ? t.talks.liked : t.talks.disliked}
            </span>
          )}
          {turn.kind === 'refusal' && (
            <ButtonLink small href={paths.answerTo(turn.message)} icon="edit">
              {t.overview.writeAnswer}
            </ButtonLink>
          )}
        </div>
        {asked && (
          <details
            class="why"
            onToggle={event => {
              open.value = event.currentTarget.open
            }}
          >
            <summary>{t.why.open}</summary>
            {open.value && <WhyView id={turn.answer_id} />}
          </details>
        )}
      </li>
    </>
  )
}

function Note({ id, note }: { id: string; note: string }) {
  const form = useForm({
    initial: { note },
    draft: `note:${id}`,
    async send({ note }) {
      await api.noteConversation(id, note.trim())
      toast(t.talks.noteKept)
      void refresh('conversation')
    },
  })
  return (
    <Card title={t.talks.note}>
      <form class="stack" onSubmit={form.onSubmit} noValidate>
        <FormProblem problem={form.problem.value} />
        <TextArea form={form} name="note" label={t.talks.noteLabel} rows={2} limit={2000} />
        {form.changed() && (
          <Button small type="submit" busy={form.busy.value}>
            {t.entry.save}
          </Button>
        )}
      </form>
    </Card>
  )
}
