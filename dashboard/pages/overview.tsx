/** The day's picture: what is used, what was asked, what could not be answered, and what to do next. */

import { answeredHere, sameWords } from '../answered.ts'
import { api, type UsageOverview } from '../api.ts'
import { useAttention } from '../attention.ts'
import { paths } from '../navigation.ts'
import { useResource } from '../resource.ts'
import { account, firstKey } from '../session.ts'
import { ago, count, percent, t, utcDayOf } from '../text.ts'
import { BarChart } from '../ui/bar-chart.tsx'
import { ButtonLink } from '../ui/button.tsx'
import { Icon, type IconName } from '../ui/icon.tsx'
import { Meter } from '../ui/meter.tsx'
import { Card, Failed, Loading, Page } from '../ui/surface.tsx'
import { GettingStarted } from './getting-started.tsx'
import { WhatIsNew, WrongGoldens } from './news.tsx'
import { FirstKey } from './secret.tsx'

export default function Overview() {
  const profile = useResource('profile', api.profile)
  const usage = useResource('usage', api.usage)
  const bot = useResource('bot', api.botSettings)
  const news = useResource('news', api.visit)
  const all = [profile, usage, bot]
  const failed = all.find(resource => resource.error.value)
  const stats = profile.data.value?.stats
  const overview = usage.data.value
  return (
    <Page title={account.value!.company_name} lead={overview && stats && leadOf(overview)}>
      {failed && <Failed error={failed.error.value!} onRetry={() => all.forEach(resource => void resource.reload())} />}
      {firstKey.value && <FirstKey secret={firstKey.value} />}
      {(!stats || !overview) && !failed && <Loading lines={8} />}
      {news.data.value && <WrongGoldens goldens={news.data.value.goldens} />}
      {profile.data.value && bot.data.value && news.data.value && (
        <GettingStarted profile={profile.data.value} bot={bot.data.value} news={news} />
      )}
      {news.data.value && <WhatIsNew news={news.data.value} />}
      {stats && overview && (
        <>
          <div class="tiles">
            <Card
              title={t.overview.questionsLeft}
              aside={
                <span class="plan-aside">
                  {t.overview.plan(t.planName(profile.data.value!.plan))}{' '}
                  <a href={paths.plan}>{t.overview.changePlan}</a>
                </span>
              }
            >
              <Meter
                label={t.overview.questionsUsed}
                used={overview.used}
                limit={overview.limit}
                note={t.overview.resets(utcDayOf(overview.resets_at))}
              />
            </Card>
            <Card title={t.nav.knowledge}>
              <Meter label={t.overview.entries} used={stats.knowledge_count} limit={stats.knowledge_limit} />
            </Card>
          </div>
          <Month overview={overview} />
          <Unanswered overview={overview} />
          <ToReview />
        </>
      )}
      <QuickActions />
    </Page>
  )
}

const sum = (overview: UsageOverview, name: 'requests' | 'answered') =>
  overview.days.reduce((total, day) => total + day[name], 0)

function leadOf(overview: UsageOverview): string {
  const requests = sum(overview, 'requests')
  return requests === 0 ? t.overview.quiet : t.overview.lead(requests, percent(sum(overview, 'answered') / requests))
}

function Month({ overview }: { overview: UsageOverview }) {
  const requests = sum(overview, 'requests')
  const answered = sum(overview, 'answered')
  return (
    <Card
      title={t.overview.last30}
      aside={requests > 0 && <span class="quiet">{t.overview.totals(count(requests), count(answered))}</span>}
    >
      {requests === 0 ? (
        <p class="quiet">{t.overview.noQuestions}</p>
      ) : (
        <BarChart days={overview.days} label={t.overview.chartLabel(count(requests), count(answered))} />
      )}
    </Card>
  )
}

interface Waiting {
  message: string
  /** When it was last asked. */
  timestamp: string
  times: number
}

/** The same words asked again are one question; what was answered from here is gone. */
function group(unanswered: UsageOverview['unanswered']): Waiting[] {
  const answered = answeredHere()
  const byWords = new Map<string, Waiting>()
  for (const { message, timestamp } of unanswered) {
    const words = sameWords(message)
    if ((answered.get(words) ?? '') > timestamp) continue
    const known = byWords.get(words)
    if (known) known.times++
    else byWords.set(words, { message, timestamp, times: 1 })
  }
  return [...byWords.values()]
}

function Unanswered({ overview }: { overview: UsageOverview }) {
  const list = group(overview.unanswered)
  if (list.length === 0) return null
  return (
    <Card title={t.overview.unansweredTitle} flush>
      <p class="card-lead">{t.overview.unansweredText}</p>
      <ul class="rows">
        {list.map(({ message, timestamp, times }) => (
          <li key={message} class="row-item">
            <div>
              <p class="row-title">{message}</p>
              <p class="quiet">{t.overview.asked(times, ago(timestamp))}</p>
            </div>
            <ButtonLink small href={paths.answerTo(message)} icon="edit">
              {t.overview.writeAnswer}
            </ButtonLink>
          </li>
        ))}
      </ul>
    </Card>
  )
}

/** What in the knowledge waits for a decision. */
function ToReview() {
  const waiting = useAttention()
  if (!waiting || waiting.total === 0) return null
  const { contradictions, duplicates, flagged, total } = waiting
  return (
    <Card
      title={t.overview.toReview(total)}
      aside={
        <ButtonLink
          small
          href={contradictions + duplicates > 0 ? paths.review : paths.changedSources}
          iconAfter="forward"
        >
          {t.overview.review}
        </ButtonLink>
      }
    >
      <p class="quiet">{t.overview.toReviewText(contradictions, duplicates, flagged)}</p>
    </Card>
  )
}

const actions: { href: string; icon: IconName; title: string; text: string }[] = [
  { href: paths.newEntry, icon: 'plus', ...t.overview.quick.add },
  { href: paths.tryBot, icon: 'chat', ...t.overview.quick.try },
  { href: paths.integrate, icon: 'integrate', ...t.overview.quick.embed },
]

function QuickActions() {
  return (
    <nav class="quick" aria-label={t.overview.quick.label}>
      {actions.map(action => (
        <a key={action.href} class="quick-action" href={action.href}>
          <Icon name={action.icon} size={22} />
          <span>
            <b>{action.title}</b>
            <span>{action.text}</span>
          </span>
        </a>
      ))}
    </nav>
  )
}
