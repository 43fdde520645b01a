/**
 * Where a link that confirms an address leads. Opening it does nothing yet: mail scanners open links too. Without a link,
 * the code of the mail can be typed.
 */
import { useSignal } from '@preact/signals'
import { ApiError, api } from '../../api.ts'
import { paths } from '../../navigation.ts'
import { refresh } from '../../resource.ts'
import { account, restore } from '../../session.ts'
import { t } from '../../text.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { useForm } from '../../ui/form.ts'
import { FormProblem, Notice } from '../../ui/surface.tsx'
import { toast } from '../../ui/toast.tsx'
import { AuthFrame } from '../auth-frame.tsx'
import { forgetToken, useLinkToken } from './link-token.ts'

type Confirmed = Awaited<ReturnType<typeof api.confirm>>

export default function Confirm() {
  const token = useLinkToken()
  const done = useSignal<Confirmed | undefined>(undefined)
  const form = useForm({
    initial: { code: '' },
    check: ({ code }): Record<string, string> => (token.value || code.trim() ? {} : { code: t.field.missing }),
    async send({ code }) {
      const reply = await (token.value ? api.confirm(token.value) : api.confirmCode(code))
      forgetToken()
      done.value = reply
      if (account.value) {
        await restore()
        void refresh('account')
        void refresh('notices')
      }
    },
  })
  if (done.value)
    return (
      <AuthFrame key="done" title={t.confirm.doneTitle} lead={t.confirm.done[done.value.what](done.value.email)} moved>
        <ButtonLink kind="primary" href={account.value ? paths.overview : paths.signIn}>
          {account.value ? t.confirm.onward : t.signIn.action}
        </ButtonLink>
      </AuthFrame>
    )
  const signedIn = Boolean(account.value)
  const stale = form.problem.value?.code === 'token_invalid'
  return (
    <AuthFrame key="ask" title={t.confirm.title} lead={token.value && t.confirm.lead}>
      {!token.value && !signedIn ? (
        <>
          <Notice>{t.confirm.needSignIn}</Notice>
          <p class="auth-other">
            <a href={`${paths.signIn}?${new URLSearchParams({ next: paths.confirm })}`}>{t.signIn.action}</a>
          </p>
        </>
      ) : (
        <form class="stack" onSubmit={form.onSubmit} noValidate>
          <FormProblem problem={form.problem.value} />
          {!token.value && (
            <TextField
              form={form}
              name="code"
              label={t.confirm.code}
              hint={t.confirm.codeHint}
              autocomplete="one-time-code"
              maxLength={40}
              first
            />
          )}
          <Button kind="primary" type="submit" wide busy={form.busy.value}>
            {t.confirm.action}
          </Button>
        </form>
      )}
      {signedIn && (stale || !token.value) && <Again />}
      {signedIn && (
        <p class="auth-other">
          <a href={paths.overview}>{t.confirm.onward}</a>
        </p>
      )}
    </AuthFrame>
  )
}

function Again() {
  const busy = useSignal(false)
  return (
    <Button
      kind="quiet"
      wide
      busy={busy.value}
      onClick={async () => {
        busy.value = true
        try {
          await api.sendConfirmation()
          toast(t.confirm.sentAgain)
        } catch (thrown) {
          if (!(thrown instanceof ApiError)) throw thrown
          toast(thrown.message, { tone: 'bad' })
        } finally {
          busy.value = false
        }
      }}
    >
      {t.confirm.again}
    </Button>
  )
}
