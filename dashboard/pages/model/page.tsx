/** Whether a language model words the answers: the installation's, the client's own, or none. */
import { useSignal } from '@preact/signals'
import { ApiError, api, type ModelSettings, type ModelTestReply } from '../../api.ts'
import { put, useResource } from '../../resource.ts'
import { ago, count, t, utcDayOf } from '../../text.ts'
import { Button } from '../../ui/button.tsx'
import { Choice, Select } from '../../ui/choice.tsx'
import { Field, PasswordField, TextField } from '../../ui/field.tsx'
import { useForm } from '../../ui/form.ts'
import { Meter } from '../../ui/meter.tsx'
import { Card, Failed, FormProblem, Loading, Notice, Page } from '../../ui/surface.tsx'
import { toast } from '../../ui/toast.tsx'

export default function ModelPage() {
  const settings = useResource('model', api.model)
  const data = settings.data.value
  return (
    <Page title={t.nav.model} lead={t.model.lead} narrow>
      {settings.error.value && !data && <Failed error={settings.error.value} onRetry={settings.reload} />}
      {data ? (
        <Editor key={data.own?.updated_at ?? data.mode} settings={data} />
      ) : (
        !settings.error.value && <Loading lines={5} />
      )}
      {data && data.mode !== 'off' && <Spending />}
    </Page>
  )
}

const numberOr = (text: string, fallback: number | null) =>
  text.trim() === '' ? fallback : Number(text.replace(',', '.'))

function Editor({ settings }: { settings: ModelSettings }) {
  const { own } = settings
  const form = useForm({
    initial: {
      mode: settings.mode as string,
      base_url: own?.base_url ?? '',
      model: own?.model ?? '',
      api_key: '',
      monthly_budget: own?.monthly_budget?.toString() ?? '',
      monthly_tokens: own?.monthly_tokens?.toString() ?? '',
      input_price: own?.input_price.toString() ?? '',
      output_price: own?.output_price.toString() ?? '',
    },
    check: ({ mode, base_url, model }): Record<string, string> => ({
      ...(mode === 'own' && !base_url.trim() ? { base_url: t.field.missing } : {}),
      ...(mode === 'own' && !model.trim() ? { model: t.field.missing } : {}),
    }),
    async send(values) {
      const saved = await api.changeModel(
        values.mode === 'own'
          ? {
              mode: 'own',
              base_url: values.base_url.trim(),
              model: values.model.trim(),
              ...(values.api_key && { api_key: values.api_key.trim() }),
              monthly_budget: numberOr(values.monthly_budget, null),
              monthly_tokens: numberOr(values.monthly_tokens, null),
              input_price: numberOr(values.input_price, 0)!,
              output_price: numberOr(values.output_price, 0)!,
            }
          : { mode: values.mode as 'installation' | 'off' },
      )
      put('model', saved)
      toast(t.model.saved)
    },
  })
  const values = form.values.value
  const modes = [
    { value: 'off', label: t.model.off },
    ...(settings.installation
      ? [{ value: 'installation', label: t.model.installation(settings.installation.model) }]
      : []),
    ...(settings.may_use_own || own ? [{ value: 'own', label: t.model.own }] : []),
  ]
  return (
    <form class="stack" onSubmit={form.onSubmit} noValidate>
      <FormProblem problem={form.problem.value} />
      {settings.last_fault && settings.mode !== 'off' && (
        <Notice tone="warn">{t.model.fault(ago(settings.last_fault.at), settings.last_fault.message)}</Notice>
      )}
      <Card title={t.model.who}>
        <Choice
          label={t.model.who}
          quietLabel
          value={values.mode}
          options={modes}
          onChange={mode => form.set('mode', mode)}
        />
        <p class="quiet">{values.mode === 'off' ? t.model.offText : t.model.onText}</p>
        {modes.length === 1 && <Notice>{t.model.notOffered}</Notice>}
      </Card>
      {values.mode === 'own' && (
        <Card title={t.model.own}>
          {settings.known_servers.length > 0 && (
            <Field label={t.model.known}>
              {() => (
                <Select
                  label={t.model.known}
                  value={settings.known_servers.find(server => server.base_url === values.base_url)?.base_url ?? ''}
                  options={[
                    { value: '', label: t.model.other },
                    ...settings.known_servers.map(server => ({ value: server.base_url, label: server.name })),
                  ]}
                  onChange={url => {
                    const server = settings.known_servers.find(one => one.base_url === url)
                    form.set('base_url', url)
                    if (server && !values.model) form.set('model', server.example_model)
                  }}
                />
              )}
            </Field>
          )}
          <TextField
            form={form}
            name="base_url"
            type="url"
            label={t.model.address}
            hint={t.model.addressHint}
            placeholder="https://api.example.com/v1"
          />
          <TextField form={form} name="model" label={t.model.name} />
          {settings.may_store_key ? (
            <PasswordField
              form={form}
              name="api_key"
              label={t.model.key}
              hint={
                own?.has_key ? (own.key_readable ? t.model.keyKept(own.key_hint) : t.model.keyLost) : t.model.keyHint
              }
              autocomplete="off"
            />
          ) : (
            <Notice>{t.model.noKeys}</Notice>
          )}
          <div class="field-pair">
            <TextField form={form} name="input_price" label={t.model.inputPrice(settings.currency)} optional />
            <TextField form={form} name="output_price" label={t.model.outputPrice(settings.currency)} optional />
          </div>
          <div class="field-pair">
            <TextField
              form={form}
              name="monthly_budget"
              label={t.model.budget(settings.currency)}
              hint={t.model.budgetHint}
              optional
            />
            <TextField form={form} name="monthly_tokens" label={t.model.tokens} hint={t.model.tokensHint} optional />
          </div>
          <Try values={values} />
        </Card>
      )}
      <div class="form-actions">
        <Button kind="primary" type="submit" busy={form.busy.value}>
          {t.entry.save}
        </Button>
        {form.changed() && (
          <Button kind="quiet" onClick={() => form.reset()}>
            {t.entry.discard}
          </Button>
        )}
      </div>
    </form>
  )
}

/** Asks the model one thing, before anything is stored. */
function Try({ values }: { values: { base_url: string; model: string; api_key: string } }) {
  const reply = useSignal<ModelTestReply | undefined>(undefined)
  const problem = useSignal<ApiError | undefined>(undefined)
  const busy = useSignal(false)
  const run = async () => {
    busy.value = true
    reply.value = undefined
    problem.value = undefined
    try {
      reply.value = await api.testModel({
        base_url: values.base_url.trim(),
        model: values.model.trim(),
        ...(values.api_key && { api_key: values.api_key.trim() }),
      })
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown
      problem.value = thrown
    } finally {
      busy.value = false
    }
  }
  return (
    <>
      <Button icon="spark" busy={busy.value} onClick={run}>
        {t.model.try}
      </Button>
      <FormProblem problem={problem.value} />
      {reply.value && (
        <Notice tone={reply.value.ok ? 'good' : 'bad'} alert>
          <p>{reply.value.message}</p>
          {reply.value.text && <p class="quiet">“{reply.value.text}”</p>}
          {reply.value.detail && <p class="quiet">{reply.value.detail}</p>}
          {reply.value.ok && <p class="quiet">{t.analytics.ms(count(reply.value.ms))}</p>}
        </Notice>
      )}
    </>
  )
}

function Spending() {
  const usage = useResource('model-usage', api.modelUsage).data.value
  if (!usage) return null
  const rows = [usage.installation, usage.own].filter(one => one.tokens > 0 || one.token_limit !== null)
  return (
    <Card title={t.model.spent}>
      {rows.length === 0 && <p class="quiet">{t.model.nothingSpent}</p>}
      {rows.map((one, i) =>
        one.token_limit ? (
          <Meter
            key={i}
            label={t.model.tokensUsed}
            used={one.tokens}
            limit={one.token_limit}
            note={t.overview.resets(utcDayOf(usage.resets_at))}
          />
        ) : (
          <p key={i}>{t.model.used(count(one.tokens), `${one.cost.toFixed(2)} ${usage.currency}`)}</p>
        ),
      )}
    </Card>
  )
}
