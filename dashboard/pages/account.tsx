import type { ComponentChildren } from 'preact'
import { api } from '../api.ts'
import { useResource } from '../resource.ts'
import { account } from '../session.ts'
import { count, dateOf, momentOf, t, utcDayOf } from '../text.ts'
import { chooseTheme, themeChoice } from '../theme.ts'
import { Button } from '../ui/button.tsx'
import { Choice } from '../ui/choice.tsx'
import { signOutForGood } from '../ui/shell.tsx'
import { Badge, Card, Failed, Page } from '../ui/surface.tsx'
import { themes } from '../ui/theme-switch.tsx'

export default function AccountPage() {
  const { company_name, email, plan, requested_plan, client_id } = account.value!
  const profile = useResource('profile', api.profile)
  const stats = profile.data.value?.stats
  return (
    <Page title={t.account.title} narrow>
      {profile.error.value && <Failed error={profile.error.value} onRetry={profile.reload} />}
      <Card title={t.account.company}>
        <dl class="facts">
          <Fact name={t.register.company}>{company_name}</Fact>
          <Fact name={t.signIn.email}>{email}</Fact>
          <Fact name={t.integrate.id}>
            <span class="mono">{client_id}</span>
          </Fact>
          {stats && <Fact name={t.account.since}>{dateOf(stats.account_created)}</Fact>}
          {stats?.last_login && <Fact name={t.account.lastSignIn}>{momentOf(stats.last_login)}</Fact>}
        </dl>
      </Card>
      <Card title={t.account.plan}>
        <p class="row">
          <Badge tone="info">{t.planName(plan)}</Badge>
          {requested_plan && requested_plan !== plan && <span>{t.account.requested(t.planName(requested_plan))}</span>}
        </p>
        {stats && (
          <p>{t.account.limits(count(stats.knowledge_limit), count(stats.monthly_limit), utcDayOf(stats.resets_at))}</p>
        )}
        <p class="quiet">{t.account.changePlan}</p>
      </Card>
      <Card title={t.theme.label}>
        <Choice label={t.theme.label} quietLabel value={themeChoice.value} options={themes} onChange={chooseTheme} />
      </Card>
      <div class="page-foot">
        <Button icon="leave" onClick={signOutForGood}>
          {t.signOut}
        </Button>
      </div>
    </Page>
  )
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
