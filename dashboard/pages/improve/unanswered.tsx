/** Questions that found no answer, grouped by meaning: write the answer here, once, for all of them. */
import { useSignal } from '@preact/signals'
import { useLocation } from 'preact-iso'
import { ApiError, api, type UnansweredGroup } from '../../api.ts'
import { useAddressFilter } from '../../filter.ts'
import { paths } from '../../navigation.ts'
import { refresh, useResource } from '../../resource.ts'
import { ago, percent, t } from '../../text.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { Select } from '../../ui/choice.tsx'
import { ListField, TextArea, TextField } from '../../ui/field.tsx'
import { useForm } from '../../ui/form.ts'
import { Pager } from '../../ui/pager.tsx'
import { SearchBox } from '../../ui/search-box.tsx'
import { SubNav } from '../../ui/sub-nav.tsx'
import { Badge, Empty, Failed, FormProblem, Loading, Page } from '../../ui/surface.tsx'
import { toast } from '../../ui/toast.tsx'
import { improveTabs } from './tabs.ts'

const none = { search: '', state: 'open', sort: 'count' }

export default function Improve() {
  const { path } = useLocation()
  const { filter, page, on, change, addressOf } = useAddressFilter(paths.improve, none)
  const call = { ...filter, page, limit: 20 }
  const list = useResource(`unanswered:${JSON.stringify(call)}`, () => api.unanswered(call))
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
      {list.error.value && <Failed error={list.error.value} onRetry={list.reload} />}
      {!data && !list.error.value && <Loading lines={5} />}
      {data?.data.length === 0 && (
        <Empty icon="check" title={on ? t.knowledge.noneTitle : t.improve.empty}>
          {on ? t.knowledge.noneHere : t.improve.emptyText}
        </Empty>
      )}
      {data && data.data.length > 0 && (
        <ul class="stack groups">
          {data.data.map(group => (
            <Group key={group.id} group={group} />
          ))}
        </ul>
      )}
      {data && <Pager page={data.page} pages={data.pages} addressOf={addressOf} />}
    </Page>
  )
}

const stale = () => Promise.all([refresh('unanswered'), refresh('usage'), refresh('knowledge:')])

function Group({ group }: { group: UnansweredGroup }) {
  const writing = useSignal(false)
  const problem = useSignal<ApiError | undefined>(undefined)
  const attempt = async (work: () => Promise<unknown>) => {
    problem.value = undefined
    try {
      await work()
      await stale()
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown
      problem.value = thrown
    }
  }
  const mark = (state: 'open' | 'resolved' | 'ignored') =>
    attempt(async () => {
      const before = group.state
      await api.markUnanswered(group.id, state)
      toast(t.improve.marked[state], {
        undo: () => void attempt(() => api.markUnanswered(group.id, before)),
      })
    })
  /** The nearest entry learns this way of asking, too. */
  const same = () =>
    attempt(async () => {
      const { entry } = await api.getEntry(group.nearest!.id)
      await api.changeEntry(entry.id, { alternates: [...entry.alternates, group.question] })
      await api.markUnanswered(group.id, 'resolved')
      toast(t.improve.joined(group.nearest!.title))
    })
  return (
    <li class="card">
      <div class="card-head">
        <h2>{group.question}</h2>
        {group.answered_now && <Badge tone="good">{t.improve.answeredNow}</Badge>}
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
      <FormProblem problem={problem.value} />
      {writing.value ? (
        <Answer
          group={group}
          onClose={() => {
            writing.value = false
          }}
        />
      ) : (
        <div class="form-actions">
          {group.state === 'open' ? (
            <>
              <Button
                small
                kind="primary"
                icon="edit"
                onClick={() => {
                  writing.value = true
                }}
              >
                {t.overview.writeAnswer}
              </Button>
              {group.nearest && !group.answered_now && (
                <Button small onClick={same}>
                  {t.improve.sameAs(group.nearest.title)}
                </Button>
              )}
              {group.answered_now && (
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
          {group.nearest && group.answered_now && (
            <ButtonLink small kind="quiet" href={paths.entry(group.nearest.id)}>
              {t.improve.nearest(group.nearest.title, percent(group.nearest.confidence))}
            </ButtonLink>
          )}
        </div>
      )}
    </li>
  )
}

function Answer({ group, onClose }: { group: UnansweredGroup; onClose: () => void }) {
  const form = useForm({
    initial: { question: group.question, content: '', alternates: group.examples.slice(0, 8), category: '' },
    draft: `answer:${group.id}`,
    check: ({ question, content }) => ({
      ...(question.trim() ? {} : { question: t.field.missing }),
      ...(content.trim() ? {} : { content: t.field.missing }),
    }),
    async send({ question, content, alternates, category }) {
      const saved = await api.createEntry({
        kind: 'qa',
        question: question.trim(),
        content: content.trim(),
        alternates: alternates.map(way => way.trim()).filter(Boolean),
        ...(category.trim() && { category: category.trim() }),
      })
      // From now on it is watched: no later change takes this answer away unseen.
      await api.createGolden({ question: group.question, expected: [saved.entry.id] })
      await api.markUnanswered(group.id, 'resolved')
      toast(t.improve.written)
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
