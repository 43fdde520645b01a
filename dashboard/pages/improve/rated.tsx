/** Conversations in which a visitor said that an answer did not help. */
import { api } from '../../api.ts'
import { useAddressFilter } from '../../filter.ts'
import { paths } from '../../navigation.ts'
import { useResource } from '../../resource.ts'
import { ago, t } from '../../text.ts'
import { ButtonLink } from '../../ui/button.tsx'
import { Pager } from '../../ui/pager.tsx'
import { SubNav } from '../../ui/sub-nav.tsx'
import { Card, Empty, Failed, Loading, Page } from '../../ui/surface.tsx'
import { improveTabs } from './tabs.ts'

export default function BadlyRated() {
  const { page, addressOf } = useAddressFilter(paths.badlyRated, {})
  const call = { rating: 'down', page, limit: 20 }
  const list = useResource(`conversations:${JSON.stringify(call)}`, () => api.conversations(call))
  const data = list.data.value
  return (
    <Page title={t.nav.improve} lead={t.improve.lead} narrow>
      <SubNav label={t.nav.improve} path={paths.badlyRated} items={improveTabs()} />
      {list.error.value && <Failed error={list.error.value} onRetry={list.reload} />}
      {!data && !list.error.value && <Loading lines={5} />}
      {data?.data.length === 0 && (
        <Empty icon="check" title={t.improve.noneRated}>
          {t.improve.noneRatedText}
        </Empty>
      )}
      {data && data.data.length > 0 && (
        <Card flush>
          <ul class="rows">
            {data.data.map(row => (
              <li key={row.session_id} class="row-item">
                <div>
                  <p class="row-title">{row.first_message}</p>
                  <p class="quiet">{t.improve.notHelped(row.ratings.down, ago(row.last_at))}</p>
                </div>
                <ButtonLink small href={paths.conversation(row.session_id)}>
                  {t.improve.look}
                </ButtonLink>
              </li>
            ))}
          </ul>
        </Card>
      )}
      {data && <Pager page={data.page} pages={data.pages} addressOf={addressOf} />}
    </Page>
  )
}
