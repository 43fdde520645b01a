/** Secret keys for programs: made, shown once, replaced, revoked. */
import { useSignal } from '@preact/signals'
import { type ApiKey, api } from '../api.ts'
import { refresh, useResource } from '../resource.ts'
import { firstKey } from '../session.ts'
import { ago, dateOf, t } from '../text.ts'
import { Button } from '../ui/button.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { useForm } from '../ui/form.ts'
import { Badge, Card, Empty, Failed, FormProblem, Loading, Page } from '../ui/surface.tsx'
import { toast } from '../ui/toast.tsx'
import { FirstKey, Secret } from './secret.tsx'

type Open = { action: 'create' } | { action: 'rotate' | 'revoke'; key: ApiKey } | { action: 'show'; secret: string }

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
                onRevoke={() => {
                  open.value = { action: 'revoke', key }
                }}
              />
            ))}
          </ul>
        </Card>
      )}
      {now?.action === 'create' && <CreateKey onDone={show} onClose={close} />}
      {now?.action === 'rotate' && (
        <Confirm
          title={t.keys.rotateTitle(now.key.name)}
          text={t.keys.rotateText}
          action={t.keys.rotate}
          onClose={close}
          run={async () => show((await api.rotateKey(now.key.id)).api_key)}
        />
      )}
      {now?.action === 'revoke' && (
        <Confirm
          title={t.keys.revokeTitle(now.key.name)}
          text={t.keys.revokeText(now.key.hint, now.key.last_used_at && ago(now.key.last_used_at))}
          action={t.keys.revoke}
          danger
          onClose={close}
          run={async () => {
            await api.revokeKey(now.key.id)
            close()
            toast(t.keys.revoked(now.key.name))
            await refresh('keys')
          }}
        />
      )}
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
          {key.expires_at && <span>{t.keys.expires(dateOf(key.expires_at))}</span>}
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

function CreateKey({ onDone, onClose }: { onDone: (secret: string) => void; onClose: () => void }) {
  const form = useForm({
    initial: { name: '' },
    check: ({ name }): Record<string, string> => (name.trim() ? {} : { name: t.field.missing }),
    send: async ({ name }) => onDone((await api.createKey({ name: name.trim() })).api_key),
  })
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
