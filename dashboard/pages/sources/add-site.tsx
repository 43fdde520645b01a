/** A website to be read. */
import { api } from '../../api.ts'
import { t } from '../../text.ts'
import { Button } from '../../ui/button.tsx'
import { Select } from '../../ui/choice.tsx'
import { Field, TextField } from '../../ui/field.tsx'
import { useForm } from '../../ui/form.ts'
import { Card, FormProblem } from '../../ui/surface.tsx'

export function AddSite({ onBegun }: { onBegun: () => Promise<unknown> }) {
  const form = useForm({
    initial: { url: '', max_pages: '200', schedule: 'weekly' },
    check: ({ url, max_pages }): Record<string, string> => ({
      ...(url.trim() ? {} : { url: t.field.missing }),
      ...(/^\d+$/.test(max_pages.trim()) ? {} : { max_pages: t.sources.notNumber }),
    }),
    async send({ url, max_pages, schedule }) {
      const typed = url.trim()
      await api.addSite({
        url: /^https?:\/\//i.test(typed) ? typed : `https://${typed}`,
        max_pages: Number(max_pages),
        schedule: schedule as 'off' | 'daily' | 'weekly',
      })
      form.reset({ url: '', max_pages, schedule })
      await onBegun()
    },
  })
  return (
    <Card title={t.sources.site}>
      <form class="stack" onSubmit={form.onSubmit} noValidate>
        <FormProblem problem={form.problem.value} />
        <TextField form={form} name="url" label={t.welcome.site} placeholder="www.example.com" autocomplete="url" />
        <div class="field-pair">
          <TextField form={form} name="max_pages" label={t.sources.maxPages} />
          <Field label={t.sources.schedule}>
            {() => (
              <Select
                label={t.sources.schedule}
                value={form.values.value.schedule}
                options={(['weekly', 'daily', 'off'] as const).map(value => ({
                  value,
                  label: t.sources.schedules[value],
                }))}
                onChange={schedule => form.set('schedule', schedule)}
              />
            )}
          </Field>
        </div>
        <Button type="submit" busy={form.busy.value}>
          {t.sources.readSite}
        </Button>
      </form>
    </Card>
  )
}
