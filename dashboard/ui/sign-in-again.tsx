/** The session ended while a page was open: sign in on top of it, and everything goes on where it was. */
import { account, leave, signIn, waitingForSignIn } from '../session.ts'
import { t } from '../text.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { PasswordField } from './field.tsx'
import { useForm } from './form.ts'
import { FormProblem } from './surface.tsx'

export function SignInAgain() {
  const email = account.value?.email
  if (!waitingForSignIn.value || !email) return null
  return (
    <Dialog title={t.signInAgain.title} firm onClose={() => {}}>
      <Again email={email} />
    </Dialog>
  )
}

function Again({ email }: { email: string }) {
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
