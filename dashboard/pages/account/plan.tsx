/** The plan, what it holds, and asking for another. */
import { useSignal } from '@preact/signals'
import { ApiError, api, type OwnAccount } from '../../api.ts'
import { put, refresh, useResource } from '../../resource.ts'
import { account } from '../../session.ts'
import { count, money, t, utcDayOf } from '../../text.ts'
import { Button } from '../../ui/button.tsx'
import { Meter } from '../../ui/meter.tsx'
import { Badge, Card, FormProblem, Notice } from '../../ui/surface.tsx'
import { toast } from '../../ui/toast.tsx'

export function Plan({ own }: { own: OwnAccount }) {
  const stats = useResource('profile', api.profile).data.value?.stats
  const problem = useSignal<ApiError | undefined>(undefined)
  const ask = async (plan: string) => {
    problem.value = undefined
    try {
      const next = await api.requestPlan(plan)
      put('account', next)
      account.value = { ...account.value!, plan: next.plan, requested_plan: next.requested_plan }
      toast(next.plan === plan ? t.account.planTaken(t.planName(plan)) : plan ? t.account.asked : t.account.askedBack)
      void refresh('profile')
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown
      problem.value = thrown
    }
  }
  return (
    <>
      {stats && (
        <Card title={t.overview.questionsLeft}>
          <Meter
            label={t.overview.questionsUsed}
            used={stats.monthly_requests}
            limit={stats.monthly_limit}
            note={t.overview.resets(utcDayOf(stats.resets_at))}
          />
          <Meter label={t.overview.entries} used={stats.knowledge_count} limit={stats.knowledge_limit} />
        </Card>
      )}
      {own.requested_plan && (
        <Notice
          actions={
            <Button small onClick={() => ask('')}>
              {t.account.askBack}
            </Button>
          }
        >
          {t.account.requested(t.planName(own.requested_plan))}
        </Notice>
      )}
      <FormProblem problem={problem.value} />
      <ul class="plans">
        {own.plans.map(plan => (
          <li key={plan.plan} class={plan.plan === own.plan ? 'plan plan-own' : 'plan'}>
            <h2>{t.planName(plan.plan)}</h2>
            <p class="plan-price">
              {plan.price_cents === 0 ? t.account.free : t.account.monthly(money(plan.price_cents, plan.currency))}
            </p>
            <ul class="plan-facts">
              <li>{t.account.planEntries(count(plan.knowledge_limit))}</li>
              <li>{t.account.planQuestions(count(plan.monthly_requests))}</li>
            </ul>
            {plan.plan === own.plan ? (
              <Badge tone="info">{t.account.yourPlan}</Badge>
            ) : plan.plan === own.requested_plan ? (
              <Badge tone="warn">{t.account.waiting}</Badge>
            ) : (
              <Button small onClick={() => ask(plan.plan)}>
                {plan.self_serve ? t.account.take(t.planName(plan.plan)) : t.account.ask(t.planName(plan.plan))}
              </Button>
            )}
          </li>
        ))}
      </ul>
      <p class="quiet">{t.account.changePlan}</p>
    </>
  )
}
