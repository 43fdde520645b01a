/** Entries that a person edited and whose source says something else now: mine, theirs, and the decision. */
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { api, type KnowledgeEntry } from '../../api.ts'
import { decided } from '../../attention.ts'
import { difference } from '../../difference.ts'
import { useAddressFilter } from '../../filter.ts'
import { paths } from '../../navigation.ts'
import { useResource } from '../../resource.ts'
import { t } from '../../text.ts'
import { Button } from '../../ui/button.tsx'
import { Marked } from '../../ui/difference.tsx'
import { TextArea, TextField } from '../../ui/field.tsx'
import { useForm } from '../../ui/form.ts'
import { Pager } from '../../ui/pager.tsx'
import { Badge, Empty, Failed, FormProblem, Loading } from '../../ui/surface.tsx'
import { away, undoable } from '../../undoing.ts'
import { focusAfter } from './page.tsx'

const pageSize = 10

export function Changed() {
  const { page, addressOf, change } = useAddressFilter(paths.changedSources, {})
  const list = useResource(`review-changed:${page}`, () => api.listEntries({ flagged: 1, page, limit: pageSize }))
  const element = useRef<HTMLOListElement>(null)
  const data = list.data.value
  const entries = data?.data.filter(entry => !away.value.has(`changed:${entry.id}`)) ?? []
  useEffect(() => {
    if (data && page > data.pages) change({}, true)
  }, [data])
  return (
    <>
      {list.error.value && <Failed error={list.error.value} onRetry={list.reload} />}
      {!data && !list.error.value && <Loading lines={6} />}
      {data && data.total === 0 && (
        <Empty icon="check" title={t.review.noChanged}>
          {t.review.noChangedText}
        </Empty>
      )}
      {data && data.total > 0 && (
        <>
          <ol class="stack review-list" ref={element}>
            {entries.map((entry, index) => (
              <Flagged key={entry.id} entry={entry} onDecided={() => focusAfter(element.current, index)} />
            ))}
          </ol>
          <Pager page={data.page} pages={data.pages} addressOf={addressOf} />
        </>
      )}
    </>
  )
}

type Words = Pick<KnowledgeEntry, 'title' | 'question' | 'content'>
const told = (value: unknown) => (typeof value === 'string' ? value : '')

function Flagged({ entry, onDecided }: { entry: KnowledgeEntry; onDecided: () => void }) {
  const writing = useSignal(false)
  const isGone = entry.flag === 'gone'
  const name = entry.question || entry.title || entry.content.slice(0, 120)
  const theirs: Words = {
    title: told(entry.incoming.title),
    question: told(entry.incoming.question),
    content: told(entry.incoming.content),
  }
  const decide = (take: 'mine' | 'source', text: string) => {
    void undoable({
      hides: `changed:${entry.id}`,
      run: () => api.resolveEntry(entry.id, { take }),
      text,
      stale: decided,
    })
    onDecided()
  }
  return (
    <li class="card pair">
      <div class="card-head">
        <h2 class="review-head" tabIndex={-1}>
          <a href={paths.entry(entry.id)}>{name}</a>
        </h2>
        <Badge tone="warn">{isGone ? t.review.isGone : t.review.isChanged}</Badge>
      </div>
      <p class="quiet">{isGone ? t.review.goneText(entry.source) : t.review.changedText(entry.source)}</p>
      <Sides mine={entry} theirs={isGone ? undefined : theirs} />
      {writing.value ? (
        <Rework
          entry={entry}
          onClose={() => {
            writing.value = false
          }}
        />
      ) : (
        <div class="form-actions">
          <Button small icon="check" onClick={() => decide('mine', t.review.keptMine)}>
            {t.review.keepMine}
          </Button>
          <Button
            small
            icon={isGone ? 'trash' : 'rotate'}
            onClick={() => decide('source', isGone ? t.review.removed : t.review.tookTheirs)}
          >
            {isGone ? t.review.remove : t.review.takeTheirs}
          </Button>
          <Button
            small
            kind="quiet"
            icon="edit"
            onClick={() => {
              writing.value = true
            }}
          >
            {t.review.rework}
          </Button>
        </div>
      )}
    </li>
  )
}

/** What it says here and what its source says, each with what the other has not. */
function Sides({ mine, theirs }: { mine: Words; theirs: Words | undefined }) {
  const rows = (['question', 'title', 'content'] as const)
    .filter(name => mine[name] || theirs?.[name])
    // What both say alike need not be compared.
    .filter(name => name === 'content' || !theirs || mine[name] !== theirs[name])
    .map(name => ({ name, pieces: difference(mine[name], theirs?.[name] ?? mine[name]) }))
  const labels = { question: t.review.sideQuestion, title: t.review.sideTitle, content: '' }
  return (
    <div class="sides">
      {([t.review.mine, t.review.theirs] as const).map((label, side) => (
        <div key={label} class="side">
          <h3 class="side-label">{label}</h3>
          {side === 1 && !theirs ? (
            <p class="quiet">{t.review.noLonger}</p>
          ) : (
            rows.map(({ name, pieces }) => (
              <div key={name}>
                {labels[name] && <p class="side-field">{labels[name]}</p>}
                <Marked pieces={pieces[side]!} as={side === 0 ? 'removed' : 'added'} />
              </div>
            ))
          )}
        </div>
      ))}
    </div>
  )
}

function Rework({ entry, onClose }: { entry: KnowledgeEntry; onClose: () => void }) {
  const asks = entry.kind === 'qa'
  const form = useForm({
    initial: { name: asks ? entry.question : entry.title, content: entry.content },
    draft: `review:${entry.id}`,
    check: ({ name, content }): Record<string, string> => ({
      ...(asks && !name.trim() ? { name: t.field.missing } : {}),
      ...(content.trim() ? {} : { content: t.field.missing }),
    }),
    async send({ name, content }) {
      const words = asks ? { question: name.trim(), content } : { title: name.trim(), content }
      const reply = await api.resolveEntry(entry.id, { take: 'mine', ...words })
      onClose()
      await undoable({ run: async () => reply, text: t.review.reworked, stale: decided })
    },
  })
  return (
    <form class="stack" onSubmit={form.onSubmit} noValidate>
      <FormProblem problem={form.problem.value} />
      <TextField
        form={form}
        name="name"
        label={asks ? t.entry.question : t.entry.titleLabel}
        optional={!asks}
        maxLength={asks ? 500 : 300}
        first
      />
      <TextArea form={form} name="content" label={asks ? t.entry.answer : t.entry.content} rows={5} limit={20_000} />
      <div class="form-actions">
        <Button kind="primary" small type="submit" busy={form.busy.value}>
          {t.entry.save}
        </Button>
        <Button small kind="quiet" onClick={onClose}>
          {t.cancel}
        </Button>
        {form.changed() && <span class="unsaved">{t.entry.kept}</span>}
      </div>
    </form>
  )
}
