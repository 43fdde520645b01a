import { useSignal } from '@preact/signals'
import { useLocation } from 'preact-iso'
import { ApiError, api } from '../api.ts'
import { paths } from '../navigation.ts'
import { firstKey, newcomer, signIn } from '../session.ts'
import { language, loadPages, t } from '../text.ts'
import { Button } from '../ui/button.tsx'
import { PasswordField, TextField } from '../ui/field.tsx'
import { useForm } from '../ui/form.ts'
import { FormProblem, Notice } from '../ui/surface.tsx'
import { AuthFrame } from './auth-frame.tsx'

/** Refusals that are about one field, though they come as a sentence of their own. */
const fieldOfCode: Record<string, string> = { email_taken: 'email', weak_password: 'password' }

export default function Register() {
  const { query } = useLocation()
  const plan = query.plan && query.plan !== 'free' ? query.plan : undefined
  /** The address has an account already, which only its owner is told, by mail. */
  const mailed = useSignal('')
  const form = useForm({
    initial: { company_name: '', email: '', password: '' },
    check: ({ company_name, email, password }) => ({
      ...(company_name.trim() ? {} : { company_name: t.field.missing }),
      ...(/^\S+@\S+$/.test(email.trim()) ? {} : { email: email.trim() ? t.field.notEmail : t.field.missing }),
      ...(password ? {} : { password: t.field.missing }),
    }),
    async send({ company_name, email, password }) {
      try {
        const { api_key } = await api.register({ company_name, email: email.trim(), password, plan, lang: language })
        firstKey.value = api_key
        newcomer.value = true
      } catch (thrown) {
        const field = thrown instanceof ApiError && fieldOfCode[thrown.code]
        if (field && !thrown.fields[field]) thrown.fields[field] = thrown.message
        throw thrown
      }
      try {
        await signIn(email.trim(), password)
      } catch (thrown) {
        if (!(thrown instanceof ApiError) || thrown.code !== 'invalid_credentials') throw thrown
        firstKey.value = null
        newcomer.value = false
        await loadPages()
        mailed.value = email.trim()
      }
    },
  })
  const signInPath = query.next ? `${paths.signIn}?${new URLSearchParams({ next: query.next })}` : paths.signIn
  if (mailed.value)
    return (
      <AuthFrame key="mailed" title={t.mailed.title} lead={t.mailed.text(mailed.value)} moved>
        <p class="auth-other">
          <a href={signInPath}>{t.signIn.action}</a>
        </p>
      </AuthFrame>
    )
  return (
    <AuthFrame title={t.register.title} lead={t.register.lead}>
      <form class="stack" onSubmit={form.onSubmit} noValidate>
        {plan && <Notice>{t.register.plan(plan)}</Notice>}
        <FormProblem problem={form.problem.value} />
        <TextField
          form={form}
          name="company_name"
          label={t.register.company}
          autocomplete="organization"
          maxLength={120}
          first
        />
        <TextField form={form} name="email" type="email" label={t.signIn.email} autocomplete="username" />
        <PasswordField
          form={form}
          name="password"
          label={t.signIn.password}
          hint={t.register.passwordHint}
          autocomplete="new-password"
        />
        <Button kind="primary" type="submit" wide busy={form.busy.value}>
          {t.register.action}
        </Button>
      </form>
      <p class="auth-other">
        {t.register.haveAccount} <a href={signInPath}>{t.signIn.action}</a>
      </p>
    </AuthFrame>
  )
}
