/** A forgotten password: asks for a link by mail. What comes back tells nobody whether there is an account. */
import { useSignal } from '@preact/signals'
import { api } from '../../api.ts'
import { paths } from '../../navigation.ts'
import { account } from '../../session.ts'
import { t } from '../../text.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { useForm } from '../../ui/form.ts'
import { FormProblem } from '../../ui/surface.tsx'
import { AuthFrame } from '../auth-frame.tsx'

export default function Forgot() {
  const sent = useSignal('')
  const form = useForm({
    initial: { email: account.value?.email ?? '' },
    check: ({ email }): Record<string, string> =>
      /^\S+@\S+$/.test(email.trim()) ? {} : { email: email.trim() ? t.field.notEmail : t.field.missing },
    async send({ email }) {
      await api.forgot(email.trim())
      sent.value = email.trim()
    },
  })
  const back = (
    <p class="auth-other">
      <a href={paths.signIn}>{t.forgot.back}</a>
    </p>
  )
  if (sent.value)
    return (
      <AuthFrame key="sent" title={t.forgot.sentTitle} lead={t.forgot.sent(sent.value)} moved>
        <p>{t.forgot.nothing}</p>
        <Button
          onClick={() => {
            sent.value = ''
          }}
        >
          {t.forgot.other}
        </Button>
        {back}
      </AuthFrame>
    )
  return (
    <AuthFrame key="ask" title={t.forgot.title} lead={t.forgot.lead}>
      <form class="stack" onSubmit={form.onSubmit} noValidate>
        <FormProblem problem={form.problem.value} />
        <TextField form={form} name="email" type="email" label={t.signIn.email} autocomplete="username" first />
        <Button kind="primary" type="submit" wide busy={form.busy.value}>
          {t.forgot.action}
        </Button>
      </form>
      {back}
    </AuthFrame>
  )
}
