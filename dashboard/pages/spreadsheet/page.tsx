/** The whole library in a spreadsheet: out, edited, back, and what that would change before it does. */
import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { useLocation } from 'preact-iso'
import { api } from '../../api.ts'
import { paths } from '../../navigation.ts'
import { t } from '../../text.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { SubNav } from '../../ui/sub-nav.tsx'
import { Card, Loading, Notice, Page } from '../../ui/surface.tsx'
import { useKnowledgeTabs } from '../sources/tabs.ts'
import { DifferencePage } from './difference-page.tsx'
import { busy, compare, held, refusal } from './held.ts'

export default function Spreadsheet() {
  const { path, route } = useLocation()
  const tabs = useKnowledgeTabs()
  const now = held()
  const take = (file: File) => {
    // A new file begins with the first part of its difference.
    route(paths.spreadsheet, true)
    void compare(file)
  }
  return (
    <Page title={t.knowledge.title} lead={t.spreadsheet.lead}>
      <SubNav label={t.knowledge.title} path={path} items={tabs} />
      {now ? (
        <DifferencePage held={now} />
      ) : (
        <>
          <Card title={t.spreadsheet.out}>
            <p>{t.spreadsheet.outText}</p>
            <div class="form-actions">
              <ButtonLink href={api.exportEntriesPath('xlsx')} kind="primary" download>
                {t.spreadsheet.excel}
              </ButtonLink>
              <ButtonLink href={api.exportEntriesPath('csv')} download>
                {t.spreadsheet.csv}
              </ButtonLink>
            </div>
          </Card>
          <Card title={t.spreadsheet.back}>
            <Drop onFile={take} />
            <div role="status">
              {busy.value && (
                <>
                  <p class="quiet">{t.spreadsheet.reading} …</p>
                  <Loading lines={2} />
                </>
              )}
            </div>
            <Refusal />
          </Card>
        </>
      )}
    </Page>
  )
}

function Drop({ onFile }: { onFile: (file: File) => void }) {
  const over = useSignal(false)
  const input = useRef<HTMLInputElement>(null)
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is one way; the button inside is the other.
    <div
      class={over.value ? 'drop drop-over' : 'drop'}
      onDragOver={event => {
        event.preventDefault()
        over.value = true
      }}
      onDragLeave={() => {
        over.value = false
      }}
      onDrop={event => {
        event.preventDefault()
        over.value = false
        const file = event.dataTransfer?.files[0]
        if (file) onFile(file)
      }}
    >
      <Icon name="plus" size={28} />
      <p>{t.spreadsheet.drop}</p>
      <Button busy={busy.value} onClick={() => input.current!.click()}>
        {t.spreadsheet.choose}
      </Button>
      <input
        ref={input}
        class="visually-hidden"
        type="file"
        accept=".xlsx,.csv,.tsv,.jsonl"
        aria-label={t.spreadsheet.choose}
        tabIndex={-1}
        onChange={event => {
          const file = event.currentTarget.files?.[0]
          if (file) onFile(file)
          event.currentTarget.value = ''
        }}
      />
      <p class="quiet">{t.spreadsheet.formats}</p>
    </div>
  )
}

/** Rows named at once. */
const maxNamed = 12

/** Why the file was not taken, row by row. */
function Refusal() {
  if (!refusal.value) return null
  const { file, problem } = refusal.value
  const rows = [...new Set(Object.values(problem.fields))]
  return (
    <Notice tone="bad" alert>
      <p>
        <b>
          {t.spreadsheet.refused}: {file}
        </b>
      </p>
      <p>{problem.message}</p>
      {rows.length > 0 && (
        <ul class="bullets">
          {rows.slice(0, maxNamed).map(row => (
            <li key={row}>{row}</li>
          ))}
        </ul>
      )}
      {rows.length > maxNamed && <p>{t.spreadsheet.moreErrors(rows.length - maxNamed)}</p>}
    </Notice>
  )
}
