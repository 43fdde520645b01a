/** Questions grouped by meaning, from either list: write the answer here, once, for all of them. */
import { useSignal } from '@preact/signals'
import { api, type QuestionGroup, type QuestionListName } from '../../api.ts'
import { useAttempt } from '../../attempt.ts'
import { useAddressFilter } from '../../filter.ts'
import { tellWorse } from '../../golden-watch.ts'
import { paths } from '../../navigation.ts'
import { refresh, useResource } from '../../resource.ts'
import { ago, percent, t } from '../../text.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { Select } from '../../ui/choice.tsx'
import { ListField, TextArea, TextField } from '../../ui/field.tsx'
import { useForm } from '../../ui/form.ts'
import { Listing } from '../../ui/listing.tsx'
import { SearchBox } from '../../ui/search-box.tsx'
import { SubNav } from '../../ui/sub-nav.tsx'
import { Badge, Empty, FormProblem, Page } from '../../ui/surface.tsx'
import { toast } from '../../ui/toast.tsx'
import { improveTabs } from './tabs.ts'

const none = { search: '', state: 'open', sort: 'count' }

interface QuestionsProps {
  list: QuestionListName
  path: string
  /** What is said when nothing waits. */
  empty: { title: string; text: string }
}

export function Questions({ list: name, path, empty }: QuestionsProps) {
  const { filter, page, on, change, addressOf } = useAddressFilter(path, none)
  const call = { ...filter, page, limit: 20 }
  const list = useResource(`${name}:${JSON.stringify(call)}`, () => api.questions(name, call))
  const data = list.data.value
  return (
    <Page title={t.nav.improve} lead={t.improve.lead} narrow>
      <SubNav label={t.nav.improve} path={path} items={improveTabs()} />
      <search class="filters">
        <SearchBox
          label={t.improve.search}
          value={filter.search}
          busy={list.loading.value}
          onSearch={search => change({ search }, filter.search !== '')}
        />
        <Select
          label={t.improve.state}
          value={filter.state}
          options={(['open', 'resolved', 'ignored'] as const).map(state => ({
            value: state,
            label: t.improve.states[state](data?.counts[state] ?? 0),
          }))}
          onChange={state => change({ state })}
        />
        <Select
          label={t.improve.sort}
          value={filter.sort}
          options={[
            { value: 'count', label: t.improve.often },
            { value: 'last', label: t.improve.lately },
          ]}
          onChange={sort => change({ sort })}
        />
      </search>
      <Listing
        list={list}
        rows={data?.data ?? []}
        addressOf={addressOf}
        empty={
          <Empty icon="check" title={on ? t.knowledge.noneTitle : empty.title}>
            {on ? t.knowledge.noneHere : empty.text}
          </Empty>
        }
      >
        <ul class="stack groups">
          {data?.data.map(group => (
            <Group key={group.id} list={name} group={group} />
          ))}
        </ul>
      </Listing>
    </Page>
  )
}

const stale = () =>
  Promise.all(['unanswered', 'complaints', 'usage', 'news', 'knowledge:', 'golden'].map(prefix => refresh(prefix)))

function Group({ list, group }: { list: QuestionListName; group: QuestionGroup }) {
  const writing = useSignal(false)
  const { problem, attempt } = useAttempt()
  const marked = async (state: QuestionGroup['state']) => {
    await api.markQuestion(list, group.id, state)
    await stale()
  }
  const mark = (state: QuestionGroup['state']) =>
    attempt(async () => {
      const before = group.state
      await marked(state)
      toast(t.improve.marked[state], { undo: () => void attempt(() => marked(before)) })
    })
  /** Answered again with something else: the entry that spoke is looked at first. */
  const spoke = group.entry
  /** The nearest entry learns this way of asking, too. */
  const same = () =>
    attempt(async () => {
      const { entry } = await api.getEntry(group.nearest!.id)
      await api.changeEntry(entry.id, { alternates: [...entry.alternates, group.question] })
      await marked('resolved')
      const undo = async () => {
        await api.changeEntry(entry.id, { alternates: entry.alternates })
        await marked('open')
      }
      toast(t.improve.joined(group.nearest!.title), { undo: () => void attempt(undo) })
      void tellWorse(() => attempt(undo))
    })
  return (
    <li class="card">
      <div class="card-head">
        <h2>{group.question}</h2>
        {list === 'unanswered' && group.answered_now && <Badge tone="good">{t.improve.answeredNow}</Badge>}
      </div>
      <p class="quiet">
        {t.overview.asked(group.count, ago(group.last_at))} ·{' '}
        <a href={paths.conversation(group.session_id)}>{t.talks.one}</a>
      </p>
      {group.examples.length > 0 && (
        <ul class="ways" aria-label={t.improve.alsoAsked}>
          {group.examples.map(example => (
            <li key={example} class="way">
              {example}
            </li>
          ))}
        </ul>
      )}
      {group.response && (
        <figure class="was-said">
          <figcaption class="quiet">{t.improve.wasSaid}</figcaption>
          <blockquote>{group.response}</blockquote>
          {group.comment && <p>{t.improve.comment(group.comment)}</p>}
        </figure>
      )}
      <FormProblem problem={problem.value} />
      {writing.value ? (
        <Answer
          list={list}
          group={group}
          onClose={() => {
            writing.value = false
          }}
        />
      ) : (
        <div class="form-actions">
          {group.state === 'open' ? (
            <>
              {spoke && (
                <ButtonLink small kind="primary" icon="edit" href={paths.entry(spoke.id)}>
                  {t.improve.correct(spoke.title)}
                </ButtonLink>
              )}
              <Button
                small
                kind={spoke ? 'secondary' : 'primary'}
                icon={spoke ? undefined : 'edit'}
                onClick={() => {
                  writing.value = true
                }}
              >
                {spoke ? t.improve.writeAnother : t.overview.writeAnswer}
              </Button>
              {list === 'unanswered' && group.nearest && !group.answered_now && (
                <Button small onClick={same}>
                  {t.improve.sameAs(group.nearest.title)}
                </Button>
              )}
              {(group.answered_now || list === 'complaints') && (
                <Button small onClick={() => mark('resolved')}>
                  {t.improve.resolve}
                </Button>
              )}
              <Button small kind="quiet" onClick={() => mark('ignored')}>
                {t.improve.ignore}
              </Button>
            </>
          ) : (
            <Button small onClick={() => mark('open')}>
              {t.improve.reopen}
            </Button>
          )}
          {list === 'unanswered' && group.nearest && group.answered_now && (
            <ButtonLink small kind="quiet" href={paths.entry(group.nearest.id)}>
              {t.improve.nearest(group.nearest.title, percent(group.nearest.confidence))}
            </ButtonLink>
          )}
        </div>
      )}
    </li>
  )
}

function Answer({ list, group, onClose }: { list: QuestionListName; group: QuestionGroup; onClose: () => void }) {
  const form = useForm({
    initial: { question: group.question, content: '', alternates: group.examples, category: '' },
    draft: `answer:${list}:${group.id}`,
    check: ({ question, content }) => ({
      ...(question.trim() ? {} : { question: t.field.missing }),
      ...(content.trim() ? {} : { content: t.field.missing }),
    }),
    async send({ question, content, alternates, category }) {
      const { entry, golden, run } = await api.writeAnswer({
        question: question.trim(),
        content: content.trim(),
        alternates: alternates.map(way => way.trim()).filter(Boolean),
        ...(category.trim() && { category: category.trim() }),
        group: { list, id: group.id },
      })
      const undo = async () => {
        await api.deleteEntry(entry.id)
        if (golden) await api.deleteGolden(golden.id)
        await api.markQuestion(list, group.id, 'open')
        await stale()
        void refresh('profile')
      }
      if (!(await tellWorse(undo, run))) toast(t.improve.written, { undo: () => void undo() })
      onClose()
      void stale()
      void refresh('profile')
    },
  })
  return (
    <form class="stack" onSubmit={form.onSubmit} noValidate>
      <FormProblem problem={form.problem.value} />
      <TextField form={form} name="question" label={t.entry.question} />
      <TextArea form={form} name="content" label={t.entry.answer} rows={4} limit={20_000} />
      <ListField
        form={form}
        name="alternates"
        label={t.entry.alternates}
        optional
        itemLabel={t.entry.alternate}
        addLabel={t.entry.addAlternate}
        max={20}
      />
      <TextField
        form={form}
        name="category"
        label={t.knowledge.category}
        hint={t.entry.categoryHint}
        optional
        maxLength={100}
      />
      <div class="form-actions">
        <Button kind="primary" type="submit" busy={form.busy.value}>
          {t.entry.save}
        </Button>
        <Button kind="quiet" onClick={onClose}>
          {t.cancel}
        </Button>
        {form.changed() && <span class="unsaved">{t.entry.kept}</span>}
      </div>
    </form>
  )
}
