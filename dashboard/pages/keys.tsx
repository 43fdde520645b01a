/** Secret keys for programs: made, shown once, replaced, revoked. */
import { useSignal } from '@preact/signals'
import { ApiError, type ApiKey, api } from '../api.ts'
import { refresh, useResource } from '../resource.ts'
import { firstKey } from '../session.ts'
import { ago, dateOf, t } from '../text.ts'
import { Button } from '../ui/button.tsx'
import { Choice } from '../ui/choice.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { useForm } from '../ui/form.ts'
import { Badge, Card, Empty, Failed, FormProblem, Loading, Page } from '../ui/surface.tsx'
import { toast } from '../ui/toast.tsx'
import { FirstKey, Secret } from './secret.tsx'

type Open = { action: 'create' } | { action: 'rotate'; key: ApiKey } | { action: 'show'; secret: string }

export default function Keys() {
  const keys = useResource('keys', api.listKeys)
  const open = useSignal<Open | null>(null)
  const close = () => {
    open.value = null
  }
  const list = keys.data.value?.data
  const show = (secret: string) => {
    open.value = { action: 'show', secret }
    void refresh('keys')
  }
  const now = open.value
  return (
    <Page
      title={t.keys.title}
      lead={t.keys.lead}
      actions={
        <Button
          kind="primary"
          icon="plus"
          onClick={() => {
            open.value = { action: 'create' }
          }}
        >
          {t.keys.make}
        </Button>
      }
      narrow
    >
      {firstKey.value && <FirstKey secret={firstKey.value} />}
      {keys.error.value && <Failed error={keys.error.value} onRetry={keys.reload} />}
      {!list && !keys.error.value && <Loading />}
      {list?.length === 0 && (
        <Empty icon="key" title={t.keys.emptyTitle}>
          {t.keys.emptyText}
        </Empty>
      )}
      {list && list.length > 0 && (
        <Card flush>
          <ul class="keys">
            {list.map(key => (
              <KeyRow
                key={key.id}
                apiKey={key}
                onRotate={() => {
                  open.value = { action: 'rotate', key }
                }}
                onRevoke={() => revoke(key)}
              />
            ))}
          </ul>
        </Card>
      )}
      {now?.action === 'create' && <CreateKey onDone={show} onClose={close} />}
      {now?.action === 'rotate' && <RotateKey apiKey={now.key} onDone={show} onClose={close} />}
      {now?.action === 'show' && (
        <Dialog title={t.keys.shownTitle} firm onClose={close}>
          <div class="stack">
            <p>{t.keys.shownText}</p>
            <Secret secret={now.secret} />
            <div class="dialog-actions">
              <Button kind="primary" onClick={close}>
                {t.secret.noted}
              </Button>
            </div>
          </div>
        </Dialog>
      )}
    </Page>
  )
}

/** Ends the key at once: it may be in the wrong hands. Soon after, it can be taken back. */
async function revoke(key: ApiKey): Promise<void> {
  const { name, id } = key
  const attempt = async (call: () => Promise<unknown>): Promise<boolean> => {
    try {
      await call()
      return true
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown
      toast(thrown.message, { tone: 'bad' })
      return false
    } finally {
      await refresh('keys')
    }
  }
  if (!(await attempt(() => api.revokeKey(id)))) return
  toast(t.keys.revoked(name), {
    undo: async () => {
      if (await attempt(() => api.restoreKey(id))) toast(t.keys.restored(name))
    },
  })
}

const dayMs = 86_400_000
const soonMs = 14 * dayMs

function KeyRow({ apiKey: key, onRotate, onRevoke }: { apiKey: ApiKey; onRotate: () => void; onRevoke: () => void }) {
  return (
    <li class="key">
      <div class="key-main">
        <h2>{key.name}</h2>
        <p class="key-hint mono">{key.hint}</p>
        <p class="entry-facts">
          {key.scopes.map(scope => (
            <Badge key={scope}>{t.keys.scope[scope]}</Badge>
          ))}
          <span>{t.keys.made(dateOf(key.created_at))}</span>
          <span>{key.last_used_at ? t.keys.used(ago(key.last_used_at)) : t.keys.neverUsed}</span>
          {key.expires_at &&
            (Date.parse(key.expires_at) - Date.now() < soonMs ? (
              <Badge tone="warn">{t.keys.endsSoon(dateOf(key.expires_at))}</Badge>
            ) : (
              <span>{t.keys.expires(dateOf(key.expires_at))}</span>
            ))}
        </p>
      </div>
      <div class="key-actions">
        <Button small icon="rotate" onClick={onRotate} aria-label={t.keys.rotateTitle(key.name)}>
          {t.keys.rotate}
        </Button>
        <Button small icon="trash" onClick={onRevoke} aria-label={t.keys.revokeTitle(key.name)}>
          {t.keys.revoke}
        </Button>
      </div>
    </li>
  )
}

type Scope = ApiKey['scopes'][number]
const scopes = Object.keys(t.keys.scopeTitle) as Scope[]
const lastings = { never: 0, d30: 30, d90: 90, d365: 365 }
type Lasting = keyof typeof lastings
const graces = { none: 0, day: 24, week: 168 }
type Grace = keyof typeof graces

const optionsOf = <K extends string>(labels: Record<K, string>) =>
  (Object.keys(labels) as K[]).map(value => ({ value, label: labels[value] }))

function CreateKey({ onDone, onClose }: { onDone: (secret: string) => void; onClose: () => void }) {
  const form = useForm({
    initial: { name: '', scopes: ['chat'] as Scope[], lasts: 'never' as Lasting },
    check: values => ({
      ...(values.name.trim() ? {} : { name: t.field.missing }),
      ...(values.scopes.length > 0 ? {} : { scopes: t.keys.noScope }),
    }),
    async send({ name, scopes: chosen, lasts }) {
      const days = lastings[lasts]
      const expires_at = days ? new Date(Date.now() + days * dayMs).toISOString() : undefined
      onDone((await api.createKey({ name: name.trim(), scopes: chosen, expires_at })).api_key)
    },
  })
  const { scopes: chosen, lasts } = form.values.value
  const complaint = form.errors.value.scopes
  return (
    <Dialog title={t.keys.makeTitle} onClose={onClose}>
      <form class="stack" onSubmit={form.onSubmit} noValidate>
        <FormProblem problem={form.problem.value} />
        <TextField
          form={form}
          name="name"
          label={t.keys.name}
          hint={t.keys.nameHint}
          autocomplete="off"
          maxLength={60}
          first
        />
        <fieldset class="field" aria-describedby={complaint ? 'scope-complaint' : undefined}>
          <legend>{t.keys.mayDo}</legend>
          <div class="scopes">
            {scopes.map(scope => (
              <label key={scope} class="scope">
                <input
                  type="checkbox"
                  checked={chosen.includes(scope)}
                  aria-invalid={complaint ? true : undefined}
                  onChange={event =>
                    form.set(
                      'scopes',
                      event.currentTarget.checked ? [...chosen, scope] : chosen.filter(one => one !== scope),
                    )
                  }
                />
                <span>
                  <span class="scope-title">{t.keys.scopeTitle[scope]}</span>
                  <span class="quiet">{t.keys.scopeText[scope]}</span>
                </span>
              </label>
            ))}
          </div>
          {complaint && (
            <p class="field-error" id="scope-complaint">
              {complaint}
            </p>
          )}
        </fieldset>
        <Choice
          label={t.keys.lasts}
          value={lasts}
          options={optionsOf<Lasting>(t.keys.lastings)}
          onChange={next => form.set('lasts', next)}
        />
        <div class="dialog-actions">
          <Button kind="quiet" onClick={onClose}>
            {t.cancel}
          </Button>
          <Button kind="primary" type="submit" busy={form.busy.value}>
            {t.keys.make}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

interface RotateProps {
  apiKey: ApiKey
  onDone: (secret: string) => void
  onClose: () => void
}

function RotateKey({ apiKey: key, onDone, onClose }: RotateProps) {
  const form = useForm({
    initial: { grace: 'day' as Grace },
    send: async ({ grace }) => onDone((await api.rotateKey(key.id, graces[grace])).api_key),
  })
  return (
    <Dialog title={t.keys.rotateTitle(key.name)} onClose={onClose}>
      <form class="stack" onSubmit={form.onSubmit} noValidate>
        <p>{t.keys.rotateText}</p>
        <FormProblem problem={form.problem.value} />
        <Choice
          label={t.keys.grace}
          value={form.values.value.grace}
          options={optionsOf<Grace>(t.keys.graces)}
          onChange={next => form.set('grace', next)}
        />
        <div class="dialog-actions">
          <Button kind="quiet" onClick={onClose}>
            {t.cancel}
          </Button>
          <Button kind="primary" type="submit" busy={form.busy.value}>
            {t.keys.rotate}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
