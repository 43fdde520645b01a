/** Files dropped or chosen. One alone is looked at first: what it would become, and of a table, what its columns are. */
import { useSignal } from '@preact/signals'
import { ApiError, api, type UploadPreview } from '../../api.ts'
import { count, t } from '../../text.ts'
import { Button } from '../../ui/button.tsx'
import { Select } from '../../ui/choice.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { DropZone } from '../../ui/drop-zone.tsx'
import { Badge, Card, FormProblem, Notice } from '../../ui/surface.tsx'
import { toast } from '../../ui/toast.tsx'

const accepted = '.csv,.tsv,.txt,.md,.html,.htm,.pdf,.docx,.xlsx,.json,.jsonl'

export function AddFiles({ onBegun }: { onBegun: () => Promise<unknown> }) {
  const busy = useSignal(false)
  const problem = useSignal<ApiError | undefined>(undefined)
  const looked = useSignal<{ file: File; preview: UploadPreview } | undefined>(undefined)
  const take = async (files: File[]) => {
    if (files.length === 0 || busy.peek()) return
    busy.value = true
    problem.value = undefined
    try {
      if (files.length === 1) looked.value = { file: files[0]!, preview: await api.previewFile(files[0]!) }
      else {
        await api.uploadFiles(files)
        toast(t.sources.received(files.length))
        await onBegun()
      }
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown
      problem.value = thrown
    } finally {
      busy.value = false
    }
  }
  return (
    <Card title={t.sources.files}>
      <DropZone
        text={t.sources.drop}
        choose={t.sources.choose}
        formats={t.sources.formats}
        accept={accepted}
        multiple
        busy={busy.value}
        onFiles={files => void take(files)}
      />
      <FormProblem problem={problem.value} />
      {looked.value && (
        <Preview
          {...looked.value}
          onClose={() => {
            looked.value = undefined
          }}
          onBegun={onBegun}
        />
      )}
    </Card>
  )
}

interface PreviewProps {
  file: File
  preview: UploadPreview
  onClose: () => void
  onBegun: () => Promise<unknown>
}

function Preview({ file, preview: first, onClose, onBegun }: PreviewProps) {
  const preview = useSignal(first)
  const mapping = useSignal(Object.fromEntries((first.table?.columns ?? []).map(column => [column.name, column.role])))
  const busy = useSignal(false)
  const problem = useSignal<ApiError | undefined>(undefined)
  const attempt = async (work: () => Promise<unknown>) => {
    busy.value = true
    problem.value = undefined
    try {
      await work()
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown
      problem.value = thrown
    } finally {
      busy.value = false
    }
  }
  const map = (column: string, role: string) => {
    mapping.value = { ...mapping.peek(), [column]: role as UploadPreviewRole }
    void attempt(async () => {
      preview.value = await api.previewFile(file, mapping.peek())
    })
  }
  const { found, entries, skipped, notes, table, room, fits } = preview.value
  return (
    <Dialog title={file.name} onClose={onClose}>
      <div class="stack">
        <p>
          <b>{t.sources.found(found)}</b>
        </p>
        {!fits && <Notice tone="warn">{t.sources.noRoom(count(room.left))}</Notice>}
        {notes.map(note => (
          <Notice key={note}>{note}</Notice>
        ))}
        {table && (
          <fieldset class="field">
            <legend>{t.sources.columns}</legend>
            {!table.sure && <p class="field-hint">{t.sources.unsure}</p>}
            {table.columns.map(column => (
              <div key={column.name} class="column-map">
                <span>
                  <b>{column.name}</b> <span class="quiet">{column.samples.slice(0, 2).join(' · ').slice(0, 60)}</span>
                </span>
                <Select
                  label={t.sources.columnIs(column.name)}
                  value={mapping.value[column.name] ?? column.role}
                  options={Object.entries(t.sources.roles).map(([value, label]) => ({ value, label }))}
                  onChange={role => map(column.name, role)}
                />
              </div>
            ))}
          </fieldset>
        )}
        <ul class="preview-entries" aria-label={t.sources.firstEntries}>
          {entries.slice(0, 5).map((entry, i) => (
            <li key={i}>
              <p class="row-title">{entry.question || entry.title || entry.origin}</p>
              <p class="entry-text">{entry.content.slice(0, 240)}</p>
              {entry.category && <Badge>{entry.category}</Badge>}
            </li>
          ))}
        </ul>
        {skipped.length > 0 && (
          <details>
            <summary>{t.jobs.skipped(count(skipped.length))}</summary>
            <ul class="bullets quiet">
              {skipped.slice(0, 20).map(one => (
                <li key={one.what}>
                  {one.what}: {one.reason}
                </li>
              ))}
            </ul>
          </details>
        )}
        <FormProblem problem={problem.value} />
        <div class="dialog-actions">
          <Button kind="quiet" onClick={onClose}>
            {t.cancel}
          </Button>
          <Button
            kind="primary"
            busy={busy.value}
            onClick={() =>
              attempt(async () => {
                await api.uploadFiles([file], table ? mapping.peek() : undefined)
                toast(t.sources.received(1))
                onClose()
                await onBegun()
              })
            }
          >
            {t.sources.take(found)}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}

type UploadPreviewRole = NonNullable<UploadPreview['table']>['columns'][number]['role']
