/** How the bot looks, speaks and thinks, part by part, with the very widget beside it. Every part belongs to one form. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { useLocation, useRoute } from 'preact-iso'
import { api, type BotSettings } from '../../api.ts'
import { paths } from '../../navigation.ts'
import { put, useResource } from '../../resource.ts'
import { t } from '../../text.ts'
import { Button } from '../../ui/button.tsx'
import { isColour } from '../../ui/colour-field.tsx'
import { type Form, useForm } from '../../ui/form.ts'
import { SubNav } from '../../ui/sub-nav.tsx'
import { Failed, FormProblem, Loading, Notice, Page } from '../../ui/surface.tsx'
import { toast } from '../../ui/toast.tsx'
import { Answers } from './answers.tsx'
import { Look } from './look.tsx'
import { People } from './people.tsx'
import { Preview } from './preview.tsx'
import { Privacy } from './privacy.tsx'
import { Where } from './where.tsx'
import { Words } from './words.tsx'

export type BotForm = Form<BotSettings>

const parts = { look: Look, words: Words, answers: Answers, people: People, privacy: Privacy, where: Where }
type Part = keyof typeof parts

/** Where a complaint about a setting is shown. */
const fields: Record<Part, readonly (keyof BotSettings)[]> = {
  look: ['name', 'color', 'avatar', 'icon', 'launcher', 'position', 'theme'],
  words: ['greeting', 'suggestions', 'placeholder', 'tone', 'languages'],
  answers: ['carefulness', 'refusals'],
  people: ['ways', 'contact', 'lead', 'hours'],
  privacy: ['consent_text', 'consent_url', 'history', 'retention_days', 'lead_days'],
  where: ['allowed_origins', 'hide_on', 'open_after'],
}
const partOf = (pointer: string): Part | undefined =>
  (Object.keys(fields) as Part[]).find(part => fields[part].includes(pointer.split('/')[0] as keyof BotSettings))

const hrefOf = (part: string) => (part === 'look' ? paths.bot : `${paths.bot}/${part}`)

/** Wide enough for the preview beside the form; the same width is in style/bot.css. */
const beside = matchMedia('(min-width: 75rem)')

export default function BotPage() {
  const settings = useResource('bot', api.botSettings)
  const data = settings.data.value
  return (
    <Page title={t.bot.title} lead={t.bot.lead}>
      {settings.error.value && !data && <Failed error={settings.error.value} onRetry={settings.reload} />}
      {data ? <Editor settings={data} /> : !settings.error.value && <Loading lines={6} />}
    </Page>
  )
}

/** What is sent, and previewed: without lines that are only begun. */
export function changeOf({ public_url: _, contact: __, ...values }: BotSettings) {
  const tidy = (list: string[]) => list.map(item => item.trim()).filter(Boolean)
  const { hours } = values
  return {
    ...values,
    ways: values.ways.filter(way => way.value.trim()),
    hours: hours && {
      ...hours,
      week: hours.week.map(ranges => ranges.filter(([from, to]) => from && to)),
      closed: hours.closed.filter(days => days.from).map(days => ({ ...days, to: days.to || days.from })),
    },
    hide_on: tidy(values.hide_on),
    allowed_origins: tidy(values.allowed_origins),
    suggestions: tidy(values.suggestions),
  }
}

function Editor({ settings }: { settings: BotSettings }) {
  const { path, route } = useLocation()
  const { params } = useRoute()
  const wide = useSignal(beside.matches)
  useEffect(() => {
    const look = () => {
      wide.value = beside.matches
    }
    beside.addEventListener('change', look)
    return () => beside.removeEventListener('change', look)
  }, [])
  const form = useForm<BotSettings>({
    initial: settings,
    draft: 'bot',
    check: ({ name, color }) => ({
      ...(name.trim() ? {} : { name: t.field.missing }),
      ...(isColour(color) ? {} : { color: t.bot.notColour }),
    }),
    async send(values) {
      const saved = await api.changeBotSettings(changeOf(values))
      put('bot', saved)
      form.reset(saved)
      toast(t.bot.saved)
    },
  })
  const asked = params.part || 'look'
  const part: Part = asked in parts ? (asked as Part) : 'look'
  const previewing = asked === 'preview' && !wide.value
  const Body = parts[part]

  // A complaint about another part leads there.
  const errors = form.errors.value
  useEffect(() => {
    const places = Object.keys(errors).map(partOf)
    const first = places.find(place => place !== undefined)
    if (!first || (places.includes(part) && !previewing)) return
    route(hrefOf(first))
    setTimeout(() => document.querySelector<HTMLElement>('.bot-form [aria-invalid="true"]')?.focus())
  }, [errors])

  return (
    <div class="stack">
      <SubNav
        label={t.bot.title}
        path={previewing ? hrefOf('preview') : path}
        items={[...Object.keys(parts), ...(wide.value ? [] : ['preview'])].map(name => ({
          href: hrefOf(name),
          label: t.bot.parts[name as Part | 'preview'],
        }))}
      />
      {form.restored.value && (
        <Notice
          actions={
            <Button small onClick={() => form.reset(settings)}>
              {t.entry.discard}
            </Button>
          }
        >
          {t.entry.restored}
        </Notice>
      )}
      <div class="with-preview">
        <form class="stack bot-form" onSubmit={form.onSubmit} noValidate>
          <FormProblem problem={form.problem.value} />
          {!previewing && <Body form={form} saved={settings} />}
          {previewing && <Preview values={form.values.value} beside={false} />}
          <div class={previewing ? 'form-actions' : 'form-actions form-actions-sticky'}>
            <Button kind="primary" type="submit" busy={form.busy.value}>
              {t.bot.save}
            </Button>
            {form.changed() && (
              <>
                <Button kind="quiet" onClick={() => form.reset()}>
                  {t.entry.discard}
                </Button>
                <span class="unsaved">{t.entry.kept}</span>
              </>
            )}
          </div>
        </form>
        {wide.value && <Preview values={form.values.value} beside />}
      </div>
    </div>
  )
}
