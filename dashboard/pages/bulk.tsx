/** What can be done with several entries at once; each of it can be undone. */
import { useSignal } from '@preact/signals'
import { api, type BulkRequest, type KnowledgeEntry } from '../api.ts'
import { decided } from '../attention.ts'
import { t } from '../text.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { useForm } from '../ui/form.ts'
import { undoable } from '../undoing.ts'

interface BulkProps {
  entries: KnowledgeEntry[]
  /** Entries that the page shows. */
  all: KnowledgeEntry[]
  categories: string[]
  onAll: () => void
  onDone: () => void
}

export function Bulk({ entries, all, categories, onAll, onDone }: BulkProps) {
  const busy = useSignal(false)
  const moving = useSignal(false)
  const ids = entries.map(({ id }) => id)
  const run = async (body: BulkRequest) => {
    if (busy.peek()) return
    busy.value = true
    let changed = 0
    const done = await undoable({
      async run() {
        const reply = await api.bulk(body)
        changed = reply.changed
        return reply
      },
      text: () => (body.action === 'move' ? t.bulk.moved(changed, body.category) : t.bulk.done[body.action](changed)),
      stale: decided,
    })
    busy.value = false
    if (done) onDone()
  }
  return (
    <div class="bulk">
      <span role="status">{t.bulk.chosen(entries.length)}</span>
      {entries.length < all.length && (
        <Button small kind="quiet" onClick={onAll}>
          {t.bulk.all(all.length)}
        </Button>
      )}
      <Button
        small
        busy={busy.value}
        onClick={() => {
          moving.value = true
        }}
      >
        {t.bulk.move}
      </Button>
      <Button small busy={busy.value} onClick={() => run({ action: 'activate', ids })}>
        {t.bulk.on}
      </Button>
      <Button small busy={busy.value} onClick={() => run({ action: 'deactivate', ids })}>
        {t.bulk.off}
      </Button>
      <Button small icon="trash" busy={busy.value} onClick={() => run({ action: 'delete', ids })}>
        {t.talks.delete}
      </Button>
      <Button small kind="quiet" onClick={onDone}>
        {t.bulk.none}
      </Button>
      {moving.value && (
        <Move
          count={entries.length}
          categories={categories}
          onClose={() => {
            moving.value = false
          }}
          onMove={category => run({ action: 'move', ids, category })}
        />
      )}
    </div>
  )
}

interface MoveProps {
  count: number
  categories: string[]
  onClose: () => void
  onMove: (category: string) => Promise<void>
}

function Move({ count, categories, onClose, onMove }: MoveProps) {
  const form = useForm({
    initial: { category: '' },
    async send({ category }) {
      onClose()
      await onMove(category.trim())
    },
  })
  return (
    <Dialog title={t.bulk.moveTitle(count)} onClose={onClose}>
      <form class="stack" onSubmit={form.onSubmit} noValidate>
        <TextField
          form={form}
          name="category"
          label={t.knowledge.category}
          hint={t.bulk.moveHint}
          choices={categories}
          maxLength={300}
          autocomplete="off"
          first
        />
        <div class="dialog-actions">
          <Button kind="quiet" onClick={onClose}>
            {t.cancel}
          </Button>
          <Button kind="primary" type="submit">
            {t.bulk.moveAction}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
