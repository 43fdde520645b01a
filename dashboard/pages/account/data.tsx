/** Taking everything along, and closing the account. */
import { useSignal } from '@preact/signals'
import { api, type OwnAccount } from '../../api.ts'
import { put } from '../../resource.ts'
import { account } from '../../session.ts'
import { dateOf, t } from '../../text.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { PasswordField } from '../../ui/field.tsx'
import { useForm } from '../../ui/form.ts'
import { Card, FormProblem } from '../../ui/surface.tsx'
import { toast } from '../../ui/toast.tsx'

export function Data({ own }: { own: OwnAccount }) {
  const closing = useSignal(false)
  return (
    <>
      <Card title={t.account.takeAlong}>
        <p>{t.account.takeAlongText}</p>
        <a class="button button-secondary" href={api.exportPath} download>
          {t.account.download}
        </a>
      </Card>
      {!own.closing_at && (
        <Card title={t.account.close}>
          <p>{t.account.closeText(own.grace_days)}</p>
          <Button
            onClick={() => {
              closing.value = true
            }}
          >
            {t.account.closeOpen}
          </Button>
        </Card>
      )}
      {closing.value && (
        <Close
          days={own.grace_days}
          onClose={() => {
            closing.value = false
          }}
        />
      )}
    </>
  )
}

function Close({ days, onClose }: { days: number; onClose: () => void }) {
  const form = useForm({
    initial: { password: '' },
    check: ({ password }): Record<string, string> => (password ? {} : { password: t.field.missing }),
    async send({ password }) {
      const next = await api.closeAccount(password)
      put('account', next)
      account.value = { ...account.value!, closing_at: next.closing_at }
      toast(t.account.closes(dateOf(next.closing_at!)))
      onClose()
    },
  })
  return (
    <Dialog title={t.account.closeTitle} onClose={onClose}>
      <form class="stack" onSubmit={form.onSubmit} noValidate>
        <p>{t.account.closeText(days)}</p>
        <FormProblem problem={form.problem.value} />
        <PasswordField
          form={form}
          name="password"
          label={t.account.presentPassword}
          autocomplete="current-password"
          first
        />
        <div class="dialog-actions">
          <Button kind="quiet" onClick={onClose}>
            {t.cancel}
          </Button>
          <Button kind="danger" type="submit" busy={form.busy.value}>
            {t.account.close}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
