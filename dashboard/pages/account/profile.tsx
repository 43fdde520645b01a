/** Who the client is, and how this browser shows the portal. */
import { api, type OwnAccount } from '../../api.ts'
import { put } from '../../resource.ts'
import { account } from '../../session.ts'
import { dateOf, t } from '../../text.ts'
import { chooseTheme, themeChoice } from '../../theme.ts'
import { Button } from '../../ui/button.tsx'
import { Choice } from '../../ui/choice.tsx'
import { CopyButton } from '../../ui/copy.tsx'
import { TextArea, TextField } from '../../ui/field.tsx'
import { useForm } from '../../ui/form.ts'
import { LanguageSwitch } from '../../ui/language-switch.tsx'
import { signOutForGood } from '../../ui/shell.tsx'
import { Card, FormProblem } from '../../ui/surface.tsx'
import { themes } from '../../ui/theme-switch.tsx'
import { toast } from '../../ui/toast.tsx'

const fieldsOf = ({
  company_name,
  contact_person,
  phone,
  whatsapp,
  address,
  business_type,
  tax_number,
}: OwnAccount) => ({ company_name, contact_person, phone, whatsapp, address, business_type, tax_number })

export function Profile({ own }: { own: OwnAccount }) {
  const form = useForm({
    initial: fieldsOf(own),
    draft: 'account',
    check: ({ company_name }): Record<string, string> => (company_name.trim() ? {} : { company_name: t.field.missing }),
    async send(values) {
      const saved = await api.changeAccount(values)
      put('account', saved)
      account.value = { ...account.value!, company_name: saved.company_name }
      form.reset(fieldsOf(saved))
      toast(t.account.saved)
    },
  })
  return (
    <>
      <form class="stack" onSubmit={form.onSubmit} noValidate>
        <FormProblem problem={form.problem.value} />
        <Card title={t.account.company}>
          <TextField
            form={form}
            name="company_name"
            label={t.register.company}
            autocomplete="organization"
            maxLength={120}
          />
          <div class="field-pair">
            <TextField
              form={form}
              name="contact_person"
              label={t.account.person}
              autocomplete="name"
              optional
              maxLength={120}
            />
            <TextField
              form={form}
              name="business_type"
              label={t.account.business}
              choices={t.account.businesses}
              optional
              maxLength={80}
            />
          </div>
          <div class="field-pair">
            <TextField
              form={form}
              name="phone"
              type="tel"
              label={t.account.phone}
              autocomplete="tel"
              optional
              maxLength={40}
            />
            <TextField form={form} name="whatsapp" type="tel" label={t.account.whatsapp} optional maxLength={40} />
          </div>
          <TextArea form={form} name="address" label={t.account.address} optional rows={3} limit={500} />
          <TextField form={form} name="tax_number" label={t.account.tax} optional maxLength={60} />
          <div class="form-actions">
            <Button kind="primary" type="submit" busy={form.busy.value}>
              {t.entry.save}
            </Button>
            {form.changed() && (
              <>
                <Button kind="quiet" onClick={() => form.reset()}>
                  {t.entry.discard}
                </Button>
                <span class="unsaved">{t.entry.kept}</span>
              </>
            )}
          </div>
        </Card>
      </form>
      <Card title={t.account.view}>
        <div class="row row-apart">
          <Choice label={t.theme.label} quietLabel value={themeChoice.value} options={themes} onChange={chooseTheme} />
          <LanguageSwitch />
        </div>
      </Card>
      <Card title={t.integrate.id} aside={<CopyButton text={own.client_id} label={t.integrate.copyId} />}>
        <p class="mono">{own.client_id}</p>
        <p class="quiet">{t.account.since(dateOf(own.created_at))}</p>
      </Card>
      <div class="page-foot">
        <Button icon="leave" onClick={signOutForGood}>
          {t.signOut}
        </Button>
      </div>
    </>
  )
}
