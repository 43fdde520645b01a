/** Golden questions: what the bot must go on answering rightly, tried again after every change of knowledge. */
import { useSignal } from '@preact/signals'
import { api, type Golden, type GoldenRun } from '../../api.ts'
import { useAttempt } from '../../attempt.ts'
import { useAddressFilter } from '../../filter.ts'
import { paths } from '../../navigation.ts'
import { deleted, removeWithUndo } from '../../pending-delete.ts'
import { refresh, useResource } from '../../resource.ts'
import { ago, percent, t } from '../../text.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Select } from '../../ui/choice.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, TextField } from '../../ui/field.tsx'
import { useForm } from '../../ui/form.ts'
import { Listing } from '../../ui/listing.tsx'
import { SearchBox } from '../../ui/search-box.tsx'
import { SubNav } from '../../ui/sub-nav.tsx'
import { Badge, Card, Empty, FormProblem, Notice, Page } from '../../ui/surface.tsx'
import { toast } from '../../ui/toast.tsx'
import { improveTabs } from './tabs.ts'

/** Goldens that are found without searching. */
const few = 8

export default function Goldens() {
  const { filter, page, on, change, addressOf } = useAddressFilter(paths.goldens, { search: '', ok: '' })
  const call = { ...filter, page, limit: 50 }
  const list = useResource(`goldens:${JSON.stringify(call)}`, () => api.goldens(call))
  const runs = useResource('golden-runs', () => api.goldenRuns())
  const adding = useSignal(false)
  const { busy, problem, attempt } = useAttempt()
  const data = list.data.value
  const run = runs.data.value?.data[0]
  const runNow = () =>
    attempt(async () => {
      const made = await api.runGoldens()
      toast(t.goldens.ran(made.passed, made.total))
      await Promise.all([refresh('goldens'), refresh('golden-runs')])
    })
  const rows = data?.data.filter(golden => !deleted.value.has(golden.id)) ?? []
  const add = (
    <Button
      icon="plus"
      onClick={() => {
        adding.value = true
      }}
    >
      {t.goldens.add}
    </Button>
  )
  return (
    <Page
      title={t.nav.improve}
      lead={t.goldens.lead}
      actions={
        (on || rows.length > 0) && (
          <>
            {add}
            <Button kind="primary" icon="rotate" busy={busy.value} onClick={runNow}>
              {t.goldens.run}
            </Button>
          </>
        )
      }
      narrow
    >
      <SubNav label={t.nav.improve} path={paths.goldens} items={improveTabs()} />
      <FormProblem problem={problem.value} />
      {run && <LastRun run={run} />}
      {(on || (data && data.total > few)) && (
        <search class="filters">
          <SearchBox
            label={t.improve.search}
            value={filter.search}
            busy={list.loading.value}
            onSearch={search => change({ search }, filter.search !== '')}
          />
          <Select
            label={t.improve.state}
            value={filter.ok}
            options={[
              { value: '', label: t.goldens.all },
              { value: 'yes', label: t.goldens.right },
              { value: 'no', label: t.goldens.wrong },
            ]}
            onChange={ok => change({ ok })}
          />
        </search>
      )}
      <Listing
        list={list}
        rows={rows}
        addressOf={addressOf}
        empty={
          <Empty icon="spark" title={on ? t.knowledge.noneTitle : t.goldens.empty} actions={!on && add}>
            {on ? t.knowledge.noneHere : t.goldens.emptyText}
          </Empty>
        }
      >
        <Card flush>
          <ul class="rows">
            {rows.map(golden => (
              <GoldenRow key={golden.id} golden={golden} />
            ))}
          </ul>
        </Card>
      </Listing>
      {adding.value && (
        <Add
          onClose={() => {
            adding.value = false
          }}
        />
      )}
    </Page>
  )
}

function LastRun({ run }: { run: GoldenRun }) {
  return (
    <Notice tone={run.worse.length > 0 ? 'bad' : run.passed === run.total ? 'good' : 'warn'}>
      <p>
        <b>{t.goldens.passed(run.passed, run.total)}</b> {t.goldens.when[run.reason](ago(run.timestamp))}
      </p>
      {run.worse.length > 0 && (
        <>
          <p>{t.goldens.worse}</p>
          <ul class="bullets">
            {run.worse.map(one => (
              <li key={one.id}>{one.question}</li>
            ))}
          </ul>
        </>
      )}
      {run.better.length > 0 && <p>{t.goldens.better(run.better.length)}</p>}
    </Notice>
  )
}

function GoldenRow({ golden }: { golden: Golden }) {
  return (
    <li class="row-item">
      <div>
        <p class="row-title">{golden.question}</p>
        <p class="row">
          {golden.last ? (
            <Badge tone={golden.last.ok ? 'good' : 'bad'}>{golden.last.ok ? t.goldens.right : t.goldens.wrong}</Badge>
          ) : (
            <Badge>{t.goldens.untried}</Badge>
          )}
          {golden.last && <span class="quiet">{t.goldens.sure(percent(golden.last.confidence))}</span>}
          {golden.expected.length === 0 ? (
            <span class="quiet">{t.goldens.refusal}</span>
          ) : (
            <a href={paths.entry(golden.expected[0]!)}>{t.goldens.expected}</a>
          )}
          {golden.last && !golden.last.ok && golden.last.found && (
            <a href={paths.entry(golden.last.found)}>{t.goldens.found}</a>
          )}
        </p>
      </div>
      <IconButton
        icon="trash"
        label={t.knowledge.delete(golden.question)}
        onClick={() =>
          removeWithUndo({
            id: golden.id,
            text: t.undoing.deleted(golden.question),
            send: keepalive => api.deleteGolden(golden.id, keepalive),
            refresh: ['goldens'],
          })
        }
      />
    </li>
  )
}

/** A question and the entry that must answer it, found by searching; none: it must be refused. */
function Add({ onClose }: { onClose: () => void }) {
  const search = useSignal('')
  const form = useForm({
    initial: { question: '', expected: '' },
    check: ({ question }): Record<string, string> => (question.trim() ? {} : { question: t.field.missing }),
    async send({ question, expected }) {
      await api.createGolden({ question: question.trim(), expected: expected ? [expected] : [] })
      onClose()
      await refresh('goldens')
    },
  })
  const query = search.value || form.values.value.question
  const found = useResource(`golden-search:${query}`, () => api.listEntries({ search: query || undefined, limit: 8 }))
  return (
    <Dialog title={t.goldens.add} onClose={onClose}>
      <form class="stack" onSubmit={form.onSubmit} noValidate>
        <FormProblem problem={form.problem.value} />
        <TextField form={form} name="question" label={t.entry.question} autocomplete="off" first />
        <Field label={t.goldens.search} optional>
          {({ id }) => (
            <input
              id={id}
              class="control"
              type="search"
              value={search.value}
              onChange={event => {
                search.value = event.currentTarget.value
              }}
            />
          )}
        </Field>
        <fieldset class="field">
          <legend>{t.goldens.mustAnswer}</legend>
          {[
            { id: '', name: t.goldens.none },
            ...(found.data.value?.data ?? []).map(entry => ({
              id: entry.id,
              name: entry.question || entry.title || entry.content.slice(0, 100),
            })),
          ].map(option => (
            <label key={option.id} class="pick">
              <input
                type="radio"
                name="expected"
                checked={form.values.value.expected === option.id}
                onChange={() => form.set('expected', option.id)}
              />
              <span>{option.name}</span>
            </label>
          ))}
        </fieldset>
        <div class="dialog-actions">
          <Button kind="quiet" onClick={onClose}>
            {t.cancel}
          </Button>
          <Button kind="primary" type="submit" busy={form.busy.value}>
            {t.entry.save}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
