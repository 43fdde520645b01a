/** The way from an empty account to a bot on a website. Each step ticks itself when it is done. */
import { useSignal } from '@preact/signals'
import type { BotSettings, Profile } from '../api.ts'
import { recall, remember } from '../browser-store.ts'
import { paths } from '../navigation.ts'
import { t } from '../text.ts'
import { IconButton } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { Card, Hidden } from '../ui/surface.tsx'

/** Whether this browser copied a client's tag; the server cannot know. */
export const tagCopiedKey = (clientId: string) => `parley:tag-copied:${clientId}`
const dismissedKey = (clientId: string) => `parley:started:${clientId}`

export function GettingStarted({ profile, bot }: { profile: Profile; bot: BotSettings }) {
  const { client_id, stats } = profile
  const dismissed = useSignal(recall<boolean>(dismissedKey(client_id)) ?? false)
  const steps = [
    { done: stats.knowledge_count > 0, href: paths.newEntry, ...t.start.teach },
    { done: stats.monthly_requests > 0, href: paths.tryBot, ...t.start.ask },
    { done: bot.contact !== '', href: paths.bot, ...t.start.contact },
    { done: recall<boolean>(tagCopiedKey(client_id)) ?? false, href: paths.integrate, ...t.start.embed },
    { done: bot.allowed_origins.length > 0, href: paths.bot, ...t.start.lock },
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
