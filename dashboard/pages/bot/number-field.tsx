/** A whole number that may be left out. */
import { Field } from '../../ui/field.tsx'
import type { BotForm } from './page.tsx'

interface NumberFieldProps {
  form: BotForm
  name: 'retention_days' | 'lead_days' | 'open_after'
  label: string
  /** What leaving it empty means. */
  hint: string
}

export function NumberField({ form, name, label, hint }: NumberFieldProps) {
  const value = form.values.value[name]
  return (
    <Field label={label} hint={hint} optional error={form.errors.value[name]}>
      {({ id, describedBy, invalid }) => (
        <input
          class="control"
          id={id}
          name={name}
          inputMode="numeric"
          value={value === null ? '' : String(value)}
          aria-describedby={describedBy}
          aria-invalid={invalid}
          onInput={event => {
            const typed = event.currentTarget.value.trim()
            const number = Number(typed)
            // What is no number is sent as one that cannot be, for the server to say so.
            form.set(name, typed === '' ? null : Number.isFinite(number) ? number : -1)
          }}
        />
      )}
    </Field>
  )
}
