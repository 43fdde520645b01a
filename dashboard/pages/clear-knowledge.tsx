/** Deleting everything: what leaves a bot without an answer asks for a typed word and offers a copy first, and can be undone. */
import { useSignal } from '@preact/signals'
import { ApiError, api, type KnowledgeEntry } from '../api.ts'
import { flushDeletes } from '../pending-delete.ts'
import { refresh } from '../resource.ts'
import { account } from '../session.ts'
import { t } from '../text.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { useForm } from '../ui/form.ts'
import { FormProblem } from '../ui/surface.tsx'
import { undoable } from '../undoing.ts'

export function ClearKnowledge({ count, onClose }: { count: number; onClose: () => void }) {
  const clientId = account.value!.client_id
  const form = useForm({
    initial: { word: '' },
    check: ({ word }): Record<string, string> =>
      word.trim().toLowerCase() === t.clear.word ? {} : { word: t.clear.wrongWord },
    async send() {
      await flushDeletes()
      const { undo_id } = await api.clearKnowledge(clientId)
      onClose()
      const stale = () => Promise.all([refresh('knowledge'), refresh('profile')])
      await undoable({ run: async () => ({ undo_id }), text: t.clear.done, stale })
    },
  })
  return (
    <Dialog title={t.clear.title(count)} onClose={onClose}>
      <form class="stack" onSubmit={form.onSubmit} noValidate>
        <p>{t.clear.text}</p>
        <Download clientId={clientId} />
        <FormProblem problem={form.problem.value} />
        <TextField form={form} name="word" label={t.clear.type} autocomplete="off" />
        <div class="dialog-actions">
          <Button kind="quiet" onClick={onClose}>
            {t.cancel}
          </Button>
          <Button kind="danger" type="submit" busy={form.busy.value}>
            {t.clear.action}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

/** What `POST /api/knowledge/import` takes back: what the client wrote, without what the server keeps about it. */
function forImport({
  created_at,
  updated_at,
  edited_at,
  is_active,
  metadata,
  incoming,
  ...entry
}: KnowledgeEntry): Partial<KnowledgeEntry> {
  const written = Object.entries(entry).filter(([, value]) => value.length > 0)
  return { ...Object.fromEntries(written), ...(Object.keys(metadata).length > 0 && { metadata }) }
}

function Download({ clientId }: { clientId: string }) {
  const problem = useSignal<ApiError | undefined>(undefined)
  const download = async () => {
    problem.value = undefined
    try {
      const { knowledge } = await api.dumpEntries(clientId)
      const link = document.createElement('a')
      link.href = URL.createObjectURL(
        new Blob([JSON.stringify({ entries: knowledge.map(forImport) }, null, 2)], { type: 'application/json' }),
      )
      link.download = `${clientId}-knowledge.json`
      link.click()
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown
      problem.value = thrown
    }
  }
  return (
    <div>
      <Button small icon="copy" onClick={download}>
        {t.clear.download}
      </Button>
      <FormProblem problem={problem.value} />
    </div>
  )
}
