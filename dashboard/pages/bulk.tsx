/** What can be done with several entries at once; each of it can be undone. */
import { useSignal } from '@preact/signals'
import { ApiError, api, type BulkRequest, type KnowledgeEntry } from '../api.ts'
import { refresh } from '../resource.ts'
import { t } from '../text.ts'
import { Button } from '../ui/button.tsx'
import { toast } from '../ui/toast.tsx'

export function Bulk({ entries, onDone }: { entries: KnowledgeEntry[]; onDone: () => void }) {
  const busy = useSignal(false)
  const stale = () => Promise.all([refresh('knowledge'), refresh('profile')])
  const attempt = async (work: () => Promise<unknown>) => {
    busy.value = true
    try {
      await work()
      await stale()
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown
      toast(thrown.message, { tone: 'bad' })
    } finally {
      busy.value = false
    }
  }
  const run = (action: 'activate' | 'deactivate' | 'delete') =>
    attempt(async () => {
      // Only those that change, so that Undo changes no others.
      const ids = entries
        .filter(({ is_active }) => action === 'delete' || is_active !== (action === 'activate'))
        .map(({ id }) => id)
      if (ids.length === 0) return onDone()
      const { changed, undo_id } = await api.bulk({ action, ids })
      const back: BulkRequest | undefined =
        action === 'delete' ? undefined : { action: action === 'activate' ? 'deactivate' : 'activate', ids }
      toast(t.bulk.done[action](changed), {
        undo: () => void attempt(() => (undo_id ? api.undo(undo_id) : back ? api.bulk(back) : Promise.resolve())),
      })
      onDone()
    })
  return (
    <div class="bulk" role="status">
      <span>{t.bulk.chosen(entries.length)}</span>
      <Button small busy={busy.value} onClick={() => run('activate')}>
        {t.bulk.on}
      </Button>
      <Button small busy={busy.value} onClick={() => run('deactivate')}>
        {t.bulk.off}
      </Button>
      <Button small icon="trash" busy={busy.value} onClick={() => run('delete')}>
        {t.talks.delete}
      </Button>
      <Button small kind="quiet" onClick={onDone}>
        {t.bulk.none}
      </Button>
    </div>
  )
}
