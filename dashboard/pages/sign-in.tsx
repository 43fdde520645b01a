import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { useLocation } from 'preact-iso'
import { ApiError, api } from '../api.ts'
import { paths } from '../navigation.ts'
import { signIn } from '../session.ts'
import { t } from '../text.ts'
import { Button } from '../ui/button.tsx'
import { PasswordField, TextField } from '../ui/field.tsx'
import { useForm } from '../ui/form.ts'
import { FormProblem } from '../ui/surface.tsx'
import { AuthFrame } from './auth-frame.tsx'

/** Signing in changes `account`; the router then leads on to where the person wanted to go. */
export default function SignIn() {
  const { query } = useLocation()
  const form = useForm({
    initial: { email: '', password: '' },
    check: ({ email, password }) => ({
      ...(email.trim() ? {} : { email: t.field.missing }),
      ...(password ? {} : { password: t.field.missing }),
    }),
    send: ({ email, password }) => signIn(email.trim(), password),
  })
  const register = query.next ? `${paths.register}?${new URLSearchParams({ next: query.next })}` : paths.register
  return (
    <AuthFrame title={t.signIn.title} lead={query.next ? t.signIn.leadNext : t.signIn.lead}>
      <form class="stack" onSubmit={form.onSubmit} noValidate>
        <FormProblem problem={form.problem.value} />
        <TextField form={form} name="email" type="email" label={t.signIn.email} autocomplete="username" first />
        <PasswordField form={form} name="password" label={t.signIn.password} autocomplete="current-password" />
        <p class="auth-forgot">
          <a href={paths.forgot}>{t.signIn.forgot}</a>
        </p>
        <Button kind="primary" type="submit" wide busy={form.busy.value}>
          {t.signIn.action}
        </Button>
      </form>
      <Demo />
      <p class="auth-other">
        {t.signIn.noAccount} <a href={register}>{t.signIn.register}</a>
      </p>
    </AuthFrame>
  )
}

/** Only on an installation that runs with its demo client. */
function Demo() {
  const offer = useSignal<{ email: string; password: string } | null>(null)
  const problem = useSignal<ApiError | undefined>(undefined)
  const busy = useSignal(false)
  useEffect(() => {
    api.demo().then(
      found => {
        offer.value = found
      },
      () => {
        // No demo here.
      },
    )
  }, [])
  const demo = offer.value
  if (!demo) return null
  return (
    <>
      <Button
        kind="quiet"
        wide
        busy={busy.value}
        onClick={async () => {
          busy.value = true
          problem.value = undefined
          try {
            await signIn(demo.email, demo.password)
          } catch (thrown) {
            if (!(thrown instanceof ApiError)) throw thrown
            problem.value = thrown
          } finally {
            busy.value = false
          }
        }}
      >
        {t.signIn.demo}
      </Button>
      <FormProblem problem={problem.value} />
    </>
  )
}
