/** Which mails the client gets, and where messages of visitors go. */
import { useSignal } from '@preact/signals'
import { useId } from 'preact/hooks'
import { ApiError, api, type NoticeSettings } from '../../api.ts'
import { put, useResource } from '../../resource.ts'
import { t } from '../../text.ts'
import { Button } from '../../ui/button.tsx'
import { Choice } from '../../ui/choice.tsx'
import { TextField } from '../../ui/field.tsx'
import { useForm } from '../../ui/form.ts'
import { Card, Failed, FormProblem, Loading, Notice } from '../../ui/surface.tsx'
import { toast } from '../../ui/toast.tsx'

const kinds = ['leads', 'usage', 'summary'] as const

export function Notices() {
  const notices = useResource('notices', api.notices)
  const data = notices.data.value
  if (!data) {
    if (notices.error.value) return <Failed error={notices.error.value} onRetry={notices.reload} />
    return <Loading lines={5} />
  }
  if (!data.mail) return <Notice>{t.notices.none}</Notice>
  return (
    <>
      {!data.email_verified && <Notice tone="warn">{t.notices.unconfirmed(data.email)}</Notice>}
      <Which data={data} />
      <LeadsTo data={data} />
      <p class="quiet">{t.notices.always}</p>
    </>
  )
}

function Which({ data }: { data: NoticeSettings }) {
  const problem = useSignal<ApiError | undefined>(undefined)
  /** Shown at once; the server's word is put in its place, or what was before. */
  const set = async (change: Parameters<typeof api.changeNotices>[0]) => {
    problem.value = undefined
    put('notices', { ...data, ...change })
    try {
      put('notices', await api.changeNotices(change))
      toast(t.notices.saved)
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown
      put('notices', data)
      problem.value = thrown
    }
  }
  return (
    <Card title={t.notices.title} flush>
      <FormProblem problem={problem.value} />
      <ul class="rows">
        {kinds.map(kind => (
          <li key={kind} class="row-item">
            <Toggle
              label={t.notices[kind]}
              text={t.notices[`${kind}Text`]}
              checked={data[kind]}
              onChange={on => set({ [kind]: on })}
            />
          </li>
        ))}
        <li class="row-item">
          <Choice
            label={t.notices.language}
            value={data.lang}
            options={(['en', 'de'] as const).map(value => ({ value, label: t.notices.languages[value] ?? value }))}
            onChange={lang => set({ lang })}
          />
        </li>
      </ul>
    </Card>
  )
}

function Toggle(props: { label: string; text: string; checked: boolean; onChange: (on: boolean) => void }) {
  const id = useId()
  return (
    <div class="toggle">
      <input
        id={id}
        type="checkbox"
        checked={props.checked}
        aria-describedby={`${id}-text`}
        onChange={event => props.onChange(event.currentTarget.checked)}
      />
      <div>
        <label for={id}>{props.label}</label>
        <p class="quiet" id={`${id}-text`}>
          {props.text}
        </p>
      </div>
    </div>
  )
}

function LeadsTo({ data }: { data: NoticeSettings }) {
  const form = useForm({
    initial: { leads_to: data.leads_to },
    check: ({ leads_to }): Record<string, string> =>
      leads_to.trim() === '' || /^\S+@\S+$/.test(leads_to.trim()) ? {} : { leads_to: t.field.notEmail },
    async send({ leads_to }) {
      const next = await api.changeNotices({ leads_to: leads_to.trim() })
      put('notices', next)
      form.reset({ leads_to: next.leads_to })
      toast(next.leads_to_pending ? t.notices.toAsked(next.leads_to_pending) : t.notices.saved)
    },
  })
  return (
    <Card title={t.notices.to}>
      <form class="stack" onSubmit={form.onSubmit} noValidate>
        <FormProblem problem={form.problem.value} />
        {data.leads_to_pending && <Notice>{t.notices.toPending(data.leads_to_pending)}</Notice>}
        <TextField
          form={form}
          name="leads_to"
          type="email"
          label={t.signIn.email}
          hint={t.notices.toHint}
          placeholder={data.email}
          autocomplete="email"
          optional
        />
        <Button type="submit" busy={form.busy.value}>
          {t.notices.toSave}
        </Button>
      </form>
    </Card>
  )
}
