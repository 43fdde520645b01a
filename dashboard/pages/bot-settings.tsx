/** How the bot presents itself, and where it may be used. */
import { useEffect, useRef } from 'preact/hooks'
import { api, type BotSettings } from '../api.ts'
import { put, useResource } from '../resource.ts'
import { account } from '../session.ts'
import { t } from '../text.ts'
import { Button } from '../ui/button.tsx'
import { ColourField, isColour, readableOn } from '../ui/colour-field.tsx'
import { ListField, TextArea, TextField } from '../ui/field.tsx'
import { useForm } from '../ui/form.ts'
import { Icon } from '../ui/icon.tsx'
import { Card, Failed, FormProblem, Loading, Notice, Page } from '../ui/surface.tsx'
import { toast } from '../ui/toast.tsx'
import { Carefulness, LeadForm, Place, Privacy } from './bot-more.tsx'

export default function BotSettingsPage() {
  const settings = useResource('bot', api.botSettings)
  const data = settings.data.value
  return (
    <Page title={t.bot.title} lead={t.bot.lead}>
      {settings.error.value && !data && <Failed error={settings.error.value} onRetry={settings.reload} />}
      {data ? <Editor settings={data} /> : !settings.error.value && <Loading lines={6} />}
    </Page>
  )
}

function Editor({ settings }: { settings: BotSettings }) {
  const form = useForm<BotSettings>({
    initial: settings,
    draft: 'bot',
    check: ({ name, color }) => ({
      ...(name.trim() ? {} : { name: t.field.missing }),
      ...(isColour(color) ? {} : { color: t.bot.notColour }),
    }),
    async send(values) {
      const tidy = (list: string[]) => list.map(item => item.trim()).filter(Boolean)
      const { public_url: _, ...change } = values
      const saved = await api.changeBotSettings({
        ...change,
        hide_on: tidy(values.hide_on),
        allowed_origins: tidy(values.allowed_origins),
        suggestions: tidy(values.suggestions),
      })
      put('bot', saved)
      form.reset(saved)
      toast(t.bot.saved)
    },
  })
  const values = form.values.value
  return (
    <div class="with-preview">
      <form class="stack" onSubmit={form.onSubmit} noValidate>
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
        <FormProblem problem={form.problem.value} />
        <Card title={t.bot.look}>
          <div class="field-pair">
            <TextField form={form} name="name" label={t.bot.name} hint={t.bot.nameHint} maxLength={60} />
            <ColourField
              label={t.bot.colour}
              hint={t.bot.colourHint}
              error={form.errors.value.color}
              value={values.color}
              onChange={color => form.set('color', color)}
            />
          </div>
          <TextArea form={form} name="greeting" label={t.bot.greeting} hint={t.bot.greetingHint} rows={2} limit={300} />
          <ListField
            form={form}
            name="suggestions"
            label={t.bot.suggestions}
            hint={t.bot.suggestionsHint}
            optional
            itemLabel={t.bot.suggestion}
            addLabel={t.bot.addSuggestion}
            max={6}
          />
        </Card>
        <Card title={t.bot.whenUnsure}>
          <TextField
            form={form}
            name="contact"
            label={t.bot.contact}
            hint={t.bot.contactHint}
            placeholder={t.bot.contactExample}
            optional
            maxLength={200}
          />
        </Card>
        <Carefulness form={form} />
        <LeadForm form={form} />
        <Place form={form} />
        <Privacy form={form} />
        <Card title={t.bot.where}>
          <p>{t.bot.whereText}</p>
          {values.allowed_origins.length === 0 && <Notice tone="warn">{t.bot.anywhere}</Notice>}
          <ListField
            form={form}
            name="allowed_origins"
            label={t.bot.origins}
            hint={t.bot.originsHint}
            itemLabel={t.bot.origin}
            addLabel={t.bot.addOrigin}
            placeholder="https://www.example.com"
            inputMode="url"
            max={50}
            tidy={originOf}
          />
        </Card>
        <div class="form-actions form-actions-sticky">
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
      <Preview values={values} />
    </div>
  )
}

/** `www.example.com/shop` → `https://www.example.com`; anything that is no address stays as typed, for the server to say so. */
function originOf(text: string): string {
  const typed = text.trim()
  if (!typed) return ''
  try {
    const { origin } = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(typed) ? typed : `https://${typed}`)
    return origin === 'null' ? typed : origin
  } catch {
    return typed
  }
}

/** What a visitor will see first. */
function Preview({ values }: { values: BotSettings }) {
  const frame = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!isColour(values.color)) return
    frame.current!.style.setProperty('--bot', values.color)
    frame.current!.style.setProperty('--on-bot', readableOn(values.color))
  }, [values.color])
  return (
    <aside class="preview" aria-label={t.bot.preview}>
      <p class="preview-label">{t.bot.preview}</p>
      <div class="preview-window" ref={frame}>
        <div class="preview-head">{values.name || account.value?.company_name}</div>
        <div class="preview-talk">
          <p class="bubble bubble-bot">{values.greeting || t.bot.noGreeting}</p>
          <div class="preview-suggestions">
            {values.suggestions
              .filter(text => text.trim())
              .map((text, i) => (
                <span key={i} class="chip">
                  {text}
                </span>
              ))}
          </div>
        </div>
        <div class="preview-button">
          <Icon name="chat" size={24} />
        </div>
      </div>
    </aside>
  )
}
