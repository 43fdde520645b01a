/** Taking a list along as a file: what of it, and in which format. The server makes the file while it is being saved. */
import { useSignal } from '@preact/signals'
import { t } from '../text.ts'
import { Button } from './button.tsx'
import { Choice } from './choice.tsx'
import { Dialog } from './dialog.tsx'

interface TakeAlongProps<W extends string> {
  title: string
  /** Said above the choices, e.g. that filters hold. */
  note?: string
  /** What can be taken; absent where there is one thing only. */
  parts?: { value: W; label: string }[]
  pathOf: (format: FileFormat, part: W) => string
}

export type FileFormat = 'csv' | 'xlsx' | 'jsonl'

export function TakeAlong<W extends string>(props: TakeAlongProps<W>) {
  const open = useSignal(false)
  const close = () => {
    open.value = false
  }
  return (
    <>
      <Button
        small
        icon="save"
        onClick={() => {
          open.value = true
        }}
      >
        {t.takeAlong.open}
      </Button>
      {open.value && <Choices {...props} onClose={close} />}
    </>
  )
}

function Choices<W extends string>({ title, note, parts, pathOf, onClose }: TakeAlongProps<W> & { onClose(): void }) {
  const part = useSignal((parts?.[0]?.value ?? '') as W)
  const format = useSignal<FileFormat>('csv')
  return (
    <Dialog title={title} onClose={onClose}>
      <div class="stack">
        {note && <p class="quiet">{note}</p>}
        {parts && (
          <Choice
            label={t.takeAlong.what}
            value={part.value}
            options={parts}
            onChange={value => {
              part.value = value
            }}
          />
        )}
        <Choice
          label={t.takeAlong.format}
          value={format.value}
          options={[
            { value: 'csv', label: 'CSV' },
            { value: 'xlsx', label: 'Excel' },
            { value: 'jsonl', label: 'JSON Lines' },
          ]}
          onChange={value => {
            format.value = value
          }}
        />
        <p class="quiet">{t.takeAlong.about[format.value]}</p>
        <div class="dialog-actions">
          <Button kind="quiet" onClick={onClose}>
            {t.cancel}
          </Button>
          {/* Closed after the browser has followed the link. */}
          <a
            class="button button-primary"
            href={pathOf(format.value, part.value)}
            download
            onClick={() => setTimeout(onClose)}
          >
            {t.takeAlong.save}
          </a>
        </div>
      </div>
    </Dialog>
  )
}
