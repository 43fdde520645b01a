/** The whole library in a spreadsheet: out, edited, back, and what that would change before it does. */
import { useLocation } from 'preact-iso'
import { api } from '../../api.ts'
import { paths } from '../../navigation.ts'
import { t } from '../../text.ts'
import { ButtonLink } from '../../ui/button.tsx'
import { DropZone } from '../../ui/drop-zone.tsx'
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
            <DropZone
              text={t.spreadsheet.drop}
              choose={t.spreadsheet.choose}
              formats={t.spreadsheet.formats}
              accept=".xlsx,.csv,.tsv,.jsonl"
              busy={busy.value}
              onFiles={files => take(files[0]!)}
            />
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
