/** A word on the last change that somebody made to the knowledge file itself, until it is put away or a day old. */
import { useSignal } from '@preact/signals'
import { api } from '../api.ts'
import { recall, remember } from '../browser-store.ts'
import { useResource } from '../resource.ts'
import { ago, t } from '../text.ts'
import { IconButton } from '../ui/button.tsx'
import { Notice } from '../ui/surface.tsx'

const seenKey = 'hand-edit-seen'
const dayMs = 86_400_000

export function HandEditNotice() {
  const edits = useResource('hand-edits', api.handEdits)
  const seen = useSignal(recall<string>(seenKey) ?? '')
  const edit = edits.data.value?.data[0]
  if (!edit || edit.at <= seen.value) return null
  const refused = edit.outcome === 'rejected'
  // What was refused stays until somebody has seen it.
  if (!refused && Date.now() - Date.parse(edit.at) > dayMs) return null
  const dismiss = () => {
    seen.value = edit.at
    remember(seenKey, edit.at)
  }
  return (
    <div class="hand-edit">
      <Notice
        tone={refused ? 'warn' : 'good'}
        actions={<IconButton icon="close" label={t.handEdit.dismiss} onClick={dismiss} />}
      >
        <strong>{refused ? t.handEdit.refused(edit.file) : t.handEdit.accepted(edit.file)}</strong> {edit.detail}{' '}
        {refused && edit.set_aside && t.handEdit.kept(edit.set_aside)}{' '}
        <time class="hand-edit-time" dateTime={edit.at}>
          {ago(edit.at)}
        </time>
      </Notice>
    </div>
  )
}
