/** How the client signs in, and where it is signed in. */
import { api, type OwnAccount } from '../../api.ts'
import { paths } from '../../navigation.ts'
import { put, refresh, useResource } from '../../resource.ts'
import { account } from '../../session.ts'
import { ago, momentOf, t } from '../../text.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { PasswordField, TextField } from '../../ui/field.tsx'
import { useForm } from '../../ui/form.ts'
import { Badge, Card, Failed, FormProblem, Loading, Notice } from '../../ui/surface.tsx'
import { toast } from '../../ui/toast.tsx'

export function Security({ own }: { own: OwnAccount }) {
  return (
    <>
      <Password email={own.email} />
      <Email own={own} />
      <Sessions />
    </>
  )
}

function Password({ email }: { email: string }) {
  const empty = { password: '', new_password: '' }
  const form = useForm({
    initial: empty,
    check: ({ password, new_password }) => ({
      ...(password ? {} : { password: t.field.missing }),
      ...(new_password ? {} : { new_password: t.field.missing }),
    }),
    async send(values) {
      await api.changePassword(values)
      form.reset(empty)
      toast(t.account.passwordChanged)
      void refresh('sessions')
    },
  })
  return (
    <Card title={t.signIn.password}>
      <form class="stack" onSubmit={form.onSubmit} noValidate>
        <FormProblem problem={form.problem.value} />
        <input
          class="visually-hidden"
          type="email"
          name="email"
          autocomplete="username"
          value={email}
          tabIndex={-1}
          aria-hidden="true"
          readOnly
        />
        <div class="field-pair">
          <PasswordField
            form={form}
            name="password"
            label={t.account.presentPassword}
            autocomplete="current-password"
          />
          <PasswordField form={form} name="new_password" label={t.account.newPassword} autocomplete="new-password" />
        </div>
        <p class="quiet">{t.account.passwordEnds}</p>
        <Button type="submit" busy={form.busy.value}>
          {t.account.changePassword}
        </Button>
      </form>
    </Card>
  )
}

function Email({ own }: { own: OwnAccount }) {
  const form = useForm({
    initial: { email: own.email, password: '' },
    check: ({ email, password }) => ({
      ...(/^\S+@\S+$/.test(email.trim()) ? {} : { email: email.trim() ? t.field.notEmail : t.field.missing }),
      ...(password ? {} : { password: t.field.missing }),
    }),
    async send({ email, password }) {
      const next = await api.changeEmail({ email: email.trim(), password })
      put('account', next)
      account.value = { ...account.value!, email: next.email }
      form.reset({ email: next.email, password: '' })
      if (next.email === own.email)
        toast(next.pending_email ? t.address.asked(next.pending_email) : t.address.withdrawn)
      else toast(t.account.emailChanged)
    },
  })
  const state = own.email_verified
  return (
    <Card
      title={t.signIn.email}
      aside={
        state !== null && (
          <Badge tone={state ? 'good' : 'warn'}>{state ? t.address.confirmed : t.address.unconfirmed}</Badge>
        )
      }
    >
      {own.pending_email && (
        <Notice
          actions={
            <ButtonLink small href={paths.confirm}>
              {t.address.typeCode}
            </ButtonLink>
          }
        >
          {t.address.pending(own.pending_email)}
        </Notice>
      )}
      <form class="stack" onSubmit={form.onSubmit} noValidate>
        <FormProblem problem={form.problem.value} />
        <div class="field-pair">
          <TextField form={form} name="email" type="email" label={t.account.newEmail} autocomplete="email" />
          <PasswordField
            form={form}
            name="password"
            label={t.account.presentPassword}
            autocomplete="current-password"
          />
        </div>
        <Button type="submit" busy={form.busy.value}>
          {t.account.changeEmail}
        </Button>
      </form>
    </Card>
  )
}

function Sessions() {
  const sessions = useResource('sessions', api.sessions)
  const list = sessions.data.value?.data
  const end = async (id?: string) => {
    try {
      await (id ? api.endSession(id) : api.endOtherSessions())
      toast(t.account.sessionsEnded)
    } finally {
      await refresh('sessions')
    }
  }
  return (
    <Card
      title={t.account.sessions}
      flush
      aside={
        list &&
        list.length > 1 && (
          <Button small onClick={() => end()}>
            {t.account.endOthers}
          </Button>
        )
      }
    >
      {sessions.error.value && <Failed error={sessions.error.value} onRetry={sessions.reload} />}
      {!list && !sessions.error.value && <Loading />}
      <ul class="rows">
        {list?.map(session => (
          <li key={session.id} class="row-item">
            <div>
              <p class="row-title">
                {session.device || t.account.unknownDevice}{' '}
                {session.current && <Badge tone="good">{t.account.thisOne}</Badge>}
              </p>
              <p class="quiet">
                {t.account.signedIn(ago(session.created_at), session.ip_address)} ·{' '}
                {t.account.until(momentOf(session.expires_at))}
              </p>
            </div>
            {!session.current && (
              <Button
                small
                onClick={() => end(session.id)}
                aria-label={t.account.endThis(session.device || t.account.unknownDevice)}
              >
                {t.account.end}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Card>
  )
}
