/** Where “Stop these mails” leads: one click, without signing in. */
import { useSignal } from '@preact/signals'
import { api } from '../../api.ts'
import { paths } from '../../navigation.ts'
import { refresh } from '../../resource.ts'
import { t } from '../../text.ts'
import { Button } from '../../ui/button.tsx'
import { useForm } from '../../ui/form.ts'
import { FormProblem, Notice } from '../../ui/surface.tsx'
import { AuthFrame } from '../auth-frame.tsx'
import { useLinkToken } from './link-token.ts'

export default function NoticesOff() {
  const token = useLinkToken()
  const done = useSignal('')
  const form = useForm({
    initial: {},
    async send() {
      done.value = (await api.noticesOff(token.value)).notice
      void refresh('notices')
    },
  })
  const settings = (
    <p class="auth-other">
      <a href={`${paths.account}/notices`}>{t.notices.title}</a>
    </p>
  )
  if (done.value)
    return (
      <AuthFrame key="done" title={t.off.doneTitle} lead={t.off.done[done.value]} moved>
        {settings}
      </AuthFrame>
    )
  return (
    <AuthFrame key="ask" title={t.off.title} lead={t.off.lead}>
      {token.value ? (
        <form class="stack" onSubmit={form.onSubmit} noValidate>
          <FormProblem problem={form.problem.value} />
          <Button kind="primary" type="submit" wide busy={form.busy.value}>
            {t.off.action}
          </Button>
        </form>
      ) : (
        <Notice tone="warn">{t.reset.noToken}</Notice>
      )}
      {settings}
    </AuthFrame>
  )
}
