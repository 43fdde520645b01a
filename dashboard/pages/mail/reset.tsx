/** Where the link to a new password leads. */
import { useSignal } from '@preact/signals'
import { ApiError, api } from '../../api.ts'
import { paths } from '../../navigation.ts'
import { account, leave } from '../../session.ts'
import { t } from '../../text.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { PasswordField } from '../../ui/field.tsx'
import { useForm } from '../../ui/form.ts'
import { FormProblem, Notice } from '../../ui/surface.tsx'
import { AuthFrame } from '../auth-frame.tsx'
import { forgetToken, useLinkToken } from './link-token.ts'

export default function Reset() {
  const token = useLinkToken()
  const done = useSignal(false)
  const form = useForm({
    initial: { password: '' },
    check: ({ password }): Record<string, string> => (password ? {} : { password: t.field.missing }),
    async send({ password }) {
      try {
        await api.resetPassword(token.value, password)
      } catch (thrown) {
        if (thrown instanceof ApiError && thrown.code === 'weak_password') thrown.fields.password = thrown.message
        throw thrown
      }
      forgetToken()
      done.value = true
      // Every session has ended, this one too.
      if (account.value) leave()
    },
  })
  if (done.value)
    return (
      <AuthFrame key="done" title={t.reset.doneTitle} lead={t.reset.done} moved>
        <ButtonLink kind="primary" href={paths.signIn}>
          {t.signIn.action}
        </ButtonLink>
      </AuthFrame>
    )
  const stale = form.problem.value?.code === 'token_invalid'
  return (
    <AuthFrame key="ask" title={t.reset.title} lead={t.reset.lead}>
      {token.value ? (
        <form class="stack" onSubmit={form.onSubmit} noValidate>
          <FormProblem problem={form.problem.value} />
          <PasswordField
            form={form}
            name="password"
            label={t.account.newPassword}
            hint={t.register.passwordHint}
            autocomplete="new-password"
            first
          />
          <Button kind="primary" type="submit" wide busy={form.busy.value}>
            {t.reset.action}
          </Button>
        </form>
      ) : (
        <Notice tone="warn">{t.reset.noToken}</Notice>
      )}
      {(stale || !token.value) && (
        <p class="auth-other">
          <a href={paths.forgot}>{t.reset.askAgain}</a>
        </p>
      )}
    </AuthFrame>
  )
}
