/** The form with which somebody whose session ended goes on. */
import { leave, signIn } from '../session.ts'
import { t } from '../text.ts'
import { Button } from './button.tsx'
import { PasswordField } from './field.tsx'
import { useForm } from './form.ts'
import { FormProblem } from './surface.tsx'

export function Again({ email }: { email: string }) {
  const form = useForm({
    initial: { password: '' },
    send: ({ password }) => signIn(email, password),
  })
  return (
    <form class="stack" onSubmit={form.onSubmit} noValidate>
      <p>{t.signInAgain.lead}</p>
      <p class="signed-out-as">{email}</p>
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
      <FormProblem problem={form.problem.value} />
      <PasswordField form={form} name="password" label={t.signIn.password} autocomplete="current-password" first />
      <div class="dialog-actions">
        <Button kind="quiet" onClick={leave}>
          {t.signInAgain.other}
        </Button>
        <Button kind="primary" type="submit" busy={form.busy.value}>
          {t.signIn.action}
        </Button>
      </div>
    </form>
  )
}
