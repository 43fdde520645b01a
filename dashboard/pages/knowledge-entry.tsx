/** One entry: a question and its answer, or a text. What is typed stays until it is saved or thrown away. */
import { useRef } from 'preact/hooks'
import { useLocation, useRoute } from 'preact-iso'
import { noteAnswered } from '../answered.ts'
import { ApiError, api, type EntryPage, type KnowledgeEntry } from '../api.ts'
import { decided } from '../attention.ts'
import { tellWorse } from '../golden-watch.ts'
import { paths } from '../navigation.ts'
import { deleteWithUndo } from '../pending-delete.ts'
import { known, put, useResource } from '../resource.ts'
import { ago, t } from '../text.ts'
import { Button } from '../ui/button.tsx'
import { Choice } from '../ui/choice.tsx'
import { ListField, TextArea, TextField } from '../ui/field.tsx'
import { useForm } from '../ui/form.ts'
import { Card, Empty, Failed, FormProblem, Loading, Notice, Page } from '../ui/surface.tsx'
import { toast } from '../ui/toast.tsx'
import { AskBeside } from './ask-beside.tsx'

/** Characters; the server's own limit. */
const maxContent = 20_000

interface EntryForm {
  kind: 'qa' | 'text'
  question: string
  alternates: string[]
  title: string
  content: string
  category: string
  source: string
  url: string
}

const empty: EntryForm = {
  kind: 'qa',
  question: '',
  alternates: [],
  title: '',
  content: '',
  category: '',
  source: '',
  url: '',
}

export default function KnowledgeEntryPage() {
  const { params, query } = useRoute()
  const { id } = params
  return id ? (
    <Existing key={id} id={id} />
  ) : (
    <Editor
      key={`new:${query.question ?? ''}`}
      draft={`entry:new:${query.question ?? ''}`}
      initial={{ ...empty, question: query.question ?? '', category: query.category ?? '' }}
      question={query.question}
    />
  )
}

function Existing({ id }: { id: string }) {
  const entry = useResource(`entry:${id}`, () => findEntry(id))
  const data = entry.data.value
  if (data) {
    const initial: EntryForm = { ...empty, ...data, kind: data.kind === 'qa' ? 'qa' : 'text' }
    // A newer version from the server replaces the form; what was typed comes back as its draft.
    return <Editor key={data.updated_at} entry={data} initial={pick(initial)} draft={`entry:${id}`} />
  }
  if (data === null)
    return (
      <Page title={t.entry.goneTitle} back={{ href: paths.knowledge, label: t.knowledge.title }} narrow>
        <Empty icon="knowledge" title={t.entry.goneText} />
      </Page>
    )
  return (
    <Page title={t.entry.editTitle} back={{ href: paths.knowledge, label: t.knowledge.title }} narrow>
      {entry.error.value ? <Failed error={entry.error.value} onRetry={entry.reload} /> : <Loading lines={6} />}
    </Page>
  )
}

/** From a list that is at hand, else from everything. Null when there is no such entry. */
async function findEntry(id: string): Promise<KnowledgeEntry | null> {
  for (const page of known<EntryPage>('knowledge:')) {
    const found = page.data.find(entry => entry.id === id)
    if (found) return found
  }
  try {
    return (await api.getEntry(id)).entry
  } catch (thrown) {
    if (thrown instanceof ApiError && thrown.status === 404) return null
    throw thrown
  }
}

const pick = (from: EntryForm): EntryForm =>
  Object.fromEntries(Object.keys(empty).map(name => [name, from[name as keyof EntryForm]])) as unknown as EntryForm

interface EditorProps {
  /** Absent for a new one. */
  entry?: KnowledgeEntry
  initial: EntryForm
  draft: string
  /** Somebody asked this and got no answer. */
  question?: string
}

function Editor({ entry, initial, draft, question }: EditorProps) {
  const { route } = useLocation()
  const another = useRef(false)
  const { categories, sources } = choices()
  const form = useForm<EntryForm>({
    initial,
    draft,
    check: ({ kind, question, content }) => ({
      ...(kind === 'qa' && !question.trim() ? { question: t.field.missing } : {}),
      ...(content.trim()
        ? content.length > maxContent
          ? { content: t.field.tooLong(maxContent) }
          : {}
        : { content: t.field.missing }),
    }),
    async send(values) {
      const body = bodyOf(values)
      // A row of an imported table stays one, unless it is made a question and answer.
      const kind = entry?.kind === 'row' && body.kind === 'text' ? 'row' : body.kind
      const saved = await (entry ? api.changeEntry(entry.id, { ...body, kind }) : api.createEntry(body))
      if (question) noteAnswered(question)
      put(`entry:${saved.entry.id}`, saved.entry)
      void decided()
      toast(t.entry.saved)
      void tellWorse(async () => {
        if (entry) put(`entry:${entry.id}`, (await api.changeEntry(entry.id, bodyBefore(entry))).entry)
        else await api.deleteEntry(saved.entry.id)
      })
      if (another.current) {
        form.reset({ ...empty, kind: values.kind, category: values.category, source: values.source })
        setTimeout(() => document.querySelector<HTMLElement>('form .control')?.focus())
      } else {
        form.reset(values)
        route(paths.knowledge)
      }
    },
  })
  const values = form.values.value
  const asks = values.kind === 'qa'
  return (
    <Page
      title={entry ? t.entry.editTitle : t.entry.newTitle}
      back={{ href: paths.knowledge, label: t.knowledge.title }}
      lead={entry && t.entry.changed(ago(entry.updated_at || entry.created_at))}
      narrow
    >
      <form
        class="stack"
        noValidate
        onSubmit={event => {
          another.current = (event as SubmitEvent).submitter?.dataset.another === 'yes'
          form.onSubmit(event)
        }}
      >
        {form.restored.value && (
          <Notice
            actions={
              <Button small onClick={() => form.reset(initial)}>
                {t.entry.discard}
              </Button>
            }
          >
            {t.entry.restored}
          </Notice>
        )}
        <FormProblem problem={form.problem.value} />
        <Card>
          <div class="stack">
            <Choice
              label={entry ? t.entry.kindNow : t.entry.kind}
              value={values.kind}
              options={[
                { value: 'qa', label: t.entry.qa },
                { value: 'text', label: t.entry.text },
              ]}
              onChange={kind => form.set('kind', kind)}
            />
            {asks ? (
              <>
                <TextArea
                  form={form}
                  name="question"
                  label={t.entry.question}
                  placeholder={t.entry.questionExample}
                  rows={1}
                />
                <TextArea
                  form={form}
                  name="content"
                  label={t.entry.answer}
                  placeholder={t.entry.answerExample}
                  rows={5}
                  limit={maxContent}
                />
                <ListField
                  form={form}
                  name="alternates"
                  label={t.entry.alternates}
                  hint={t.entry.alternatesHint}
                  optional
                  itemLabel={t.entry.alternate}
                  addLabel={t.entry.addAlternate}
                  max={50}
                />
              </>
            ) : (
              <>
                <TextField form={form} name="title" label={t.entry.titleLabel} optional maxLength={300} />
                <TextArea
                  form={form}
                  name="content"
                  label={t.entry.content}
                  hint={t.entry.contentHint}
                  rows={10}
                  limit={maxContent}
                />
              </>
            )}
          </div>
        </Card>
        <Card title={t.entry.order}>
          <div class="field-pair">
            <TextField
              form={form}
              name="category"
              label={t.knowledge.category}
              hint={t.entry.categoryHint}
              optional
              choices={categories}
              maxLength={300}
            />
            <TextField
              form={form}
              name="source"
              label={t.knowledge.source}
              hint={t.entry.sourceHint}
              optional
              choices={sources}
              maxLength={300}
            />
          </div>
          <TextField
            form={form}
            name="url"
            type="url"
            label={t.entry.url}
            hint={t.entry.urlHint}
            optional
            maxLength={2000}
            placeholder="https://"
          />
        </Card>
        <div class="form-actions">
          <Button kind="primary" type="submit" busy={form.busy.value}>
            {t.entry.save}
          </Button>
          {!entry && <SubmitAnother busy={form.busy.value} />}
          {form.changed() && <span class="unsaved">{t.entry.kept}</span>}
          {entry && (
            <span class="form-actions-end">
              <Button
                kind="quiet"
                icon="trash"
                onClick={() => {
                  deleteWithUndo(entry)
                  route(paths.knowledge)
                }}
              >
                {t.entry.delete}
              </Button>
            </span>
          )}
        </div>
      </form>
      <AskBeside entryId={entry?.id} suggestion={values.question || values.title} unsaved={form.changed()} />
    </Page>
  )
}

function SubmitAnother({ busy }: { busy: boolean }) {
  return (
    <button type="submit" class="button button-secondary" data-another="yes" aria-disabled={busy || undefined}>
      <span>{t.entry.saveAnother}</span>
    </button>
  )
}

/** A text has no question; a question–answer needs no title. */
function bodyOf(values: EntryForm) {
  const { kind, question, alternates, title, content, category, source, url } = values
  const named =
    kind === 'qa'
      ? { question: question.trim(), alternates: alternates.map(a => a.trim()).filter(Boolean) }
      : { title: title.trim() }
  return { kind, content, category: category.trim(), source: source.trim(), url: url.trim(), ...named }
}

/** What an entry must be changed to, to be as it was. */
const bodyBefore = ({ kind, title, question, alternates, content, category, source, url }: KnowledgeEntry) => ({
  kind,
  title,
  question,
  alternates,
  content,
  category,
  source,
  url,
})

/** Categories and sources in use, from the lists at hand. */
function choices(): { categories: string[]; sources: string[] } {
  const page = known<EntryPage>('knowledge:').pop()
  return { categories: page?.categories ?? [], sources: page?.sources ?? [] }
}
