/** The way from an empty account to a bot on a website. Each step ticks itself when it is done. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { BotSettings, News, Profile } from '../api.ts'
import { recall, remember } from '../browser-store.ts'
import { paths } from '../navigation.ts'
import type { Resource } from '../resource.ts'
import { t } from '../text.ts'
import { IconButton } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { Card, Hidden } from '../ui/surface.tsx'

/** Whether this browser copied a client's tag: then its owner waits for the widget to be seen. */
export const tagCopiedKey = (clientId: string) => `parley:tag-copied:${clientId}`
const dismissedKey = (clientId: string) => `parley:started:${clientId}`

/** How often is looked whether the widget was seen, while somebody who copied the tag waits for it. */
const lookMs = 5_000

interface GettingStartedProps {
  profile: Profile
  bot: BotSettings
  news: Resource<News>
}

export function GettingStarted({ profile, bot, news }: GettingStartedProps) {
  const { client_id, stats } = profile
  const dismissed = useSignal(recall<boolean>(dismissedKey(client_id)) ?? false)
  const seen = news.data.value?.embed ?? null
  const copied = recall<boolean>(tagCopiedKey(client_id)) ?? false
  const isWaiting = copied && !seen && !dismissed.value
  useEffect(() => {
    if (!isWaiting) return
    const timer = setInterval(() => void (document.visibilityState === 'visible' && news.reload()), lookMs)
    return () => clearInterval(timer)
  }, [isWaiting])
  const steps = [
    { done: stats.knowledge_count > 0, href: paths.newEntry, ...t.start.teach },
    { done: stats.monthly_requests > 0, href: paths.tryBot, ...t.start.ask },
    { done: bot.contact !== '', href: paths.botPeople, ...t.start.contact },
    {
      done: seen !== null,
      href: paths.integrate,
      title: seen ? t.start.seen(seen.origin.replace(/^https?:\/\//, '')) : t.start.embed.title,
      text: copied ? t.start.embed.waits : t.start.embed.text,
    },
    { done: bot.allowed_origins.length > 0, href: paths.botWhere, ...t.start.lock },
  ]
  const done = steps.filter(step => step.done).length
  if (dismissed.value || done === steps.length) return null
  const next = steps.findIndex(step => !step.done)
  return (
    <Card
      title={t.start.title}
      accent
      aside={
        <span class="start-aside">
          <span class="quiet">{t.start.progress(done, steps.length)}</span>
          <IconButton
            icon="close"
            label={t.start.dismiss}
            onClick={() => {
              remember(dismissedKey(client_id), true)
              dismissed.value = true
            }}
          />
        </span>
      }
    >
      <ol class="steps">
        {steps.map((step, i) => (
          <li key={step.title} class={step.done ? 'step step-done' : i === next ? 'step step-next' : 'step'}>
            <span class="step-mark">{step.done ? <Icon name="check" size={16} /> : i + 1}</span>
            <span>
              {step.done ? (
                <>
                  <span class="step-title">{step.title}</span>
                  <Hidden> – {t.start.done}</Hidden>
                </>
              ) : (
                <a class="step-title" href={step.href}>
                  {step.title}
                </a>
              )}
              {!step.done && <span class="step-text">{step.text}</span>}
            </span>
          </li>
        ))}
      </ol>
    </Card>
  )
}
