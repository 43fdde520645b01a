/** The session ended while a page was open: sign in on top of it, and everything goes on where it was. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { account, waitingForSignIn } from '../session.ts'
import { t } from '../text.ts'
import { Dialog } from './dialog.tsx'
import { Loading, Notice } from './surface.tsx'

export function SignInAgain() {
  const email = account.value?.email
  if (!waitingForSignIn.value || !email) return null
  return (
    <Dialog title={t.signInAgain.title} firm onClose={() => {}}>
      <Form email={email} />
    </Dialog>
  )
}

type FormModule = typeof import('./sign-in-again-form.tsx')

/** Its code comes when it is needed: few sessions end while somebody looks. */
function Form({ email }: { email: string }) {
  const form = useSignal<FormModule | 'gone' | undefined>(undefined)
  useEffect(() => {
    import('./sign-in-again-form.tsx').then(
      found => {
        form.value = found
      },
      () => {
        form.value = 'gone'
      },
    )
  }, [])
  if (!form.value) return <Loading lines={2} />
  // After an update of the server its old files are gone; drafts are kept over the load.
  if (form.value === 'gone') return <Notice tone="bad">{t.error.stale}</Notice>
  return <form.value.Again email={email} />
}
