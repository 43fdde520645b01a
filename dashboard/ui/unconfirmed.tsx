/** Above every page until the client has shown that its address is its own. It can wait. */
import { signal, useSignal } from '@preact/signals'
import { useLocation } from 'preact-iso'
import { ApiError, api } from '../api.ts'
import { paths } from '../navigation.ts'
import { t } from '../text.ts'
import { Button, ButtonLink } from './button.tsx'
import { Notice } from './surface.tsx'
import { toast } from './toast.tsx'

/** Put off until the portal is opened again. */
const later = signal(false)

export function Unconfirmed({ email }: { email: string }) {
  const { path } = useLocation()
  const busy = useSignal(false)
  // The first minute is for the bot.
  if (later.value || path === paths.welcome) return null
  const again = async () => {
    busy.value = true
    try {
      await api.sendConfirmation()
      toast(t.unconfirmed.sent)
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown
      toast(thrown.message, { tone: 'bad' })
    } finally {
      busy.value = false
    }
  }
  return (
    <div class="sheet-notice">
      <Notice
        actions={
          <>
            <ButtonLink small href={paths.confirm}>
              {t.unconfirmed.code}
            </ButtonLink>
            <Button small busy={busy.value} onClick={again}>
              {t.unconfirmed.again}
            </Button>
            <Button
              small
              kind="quiet"
              onClick={() => {
                later.value = true
              }}
            >
              {t.unconfirmed.later}
            </Button>
          </>
        }
      >
        {t.unconfirmed.text(email)}
      </Notice>
    </div>
  )
}
