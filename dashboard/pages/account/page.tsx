/** The client's own account: who they are, their plan, how they sign in, and what they may take along. */
import { useLocation, useRoute } from 'preact-iso'
import { api } from '../../api.ts'
import { paths } from '../../navigation.ts'
import { put, useResource } from '../../resource.ts'
import { account } from '../../session.ts'
import { dateOf, t } from '../../text.ts'
import { Button } from '../../ui/button.tsx'
import { SubNav } from '../../ui/sub-nav.tsx'
import { Failed, Loading, Notice, Page } from '../../ui/surface.tsx'
import { toast } from '../../ui/toast.tsx'
import { Data } from './data.tsx'
import { History } from './history.tsx'
import { Notices } from './notices.tsx'
import { Plan } from './plan.tsx'
import { Profile } from './profile.tsx'
import { Security } from './security.tsx'

const parts = { '': Profile, plan: Plan, security: Security, notices: Notices, history: History, data: Data }
type Part = keyof typeof parts

export default function AccountPage() {
  const { path } = useLocation()
  const { params } = useRoute()
  const own = useResource('account', api.account)
  const data = own.data.value
  const part = (params.part ?? '') as Part
  const Body = parts[part] ?? Profile
  const keep = async () => {
    const kept = await api.reopenAccount()
    put('account', kept)
    account.value = { ...account.value!, closing_at: null }
    toast(t.account.kept)
  }
  return (
    <Page title={t.account.title} narrow>
      <SubNav
        label={t.account.title}
        path={path}
        items={(Object.keys(parts) as Part[]).map(name => ({
          href: name ? `${paths.account}/${name}` : paths.account,
          label: t.account.parts[name || 'profile'],
        }))}
      />
      {data?.closing_at && (
        <Notice
          tone="warn"
          actions={
            <Button small onClick={keep}>
              {t.account.keep}
            </Button>
          }
        >
          {t.account.closing(dateOf(data.closing_at))}
        </Notice>
      )}
      {own.error.value && !data && <Failed error={own.error.value} onRetry={own.reload} />}
      {data ? <Body own={data} /> : !own.error.value && <Loading lines={6} />}
    </Page>
  )
}
