/** @jsxImportSource ./dom */

/** The form in which a visitor says how to be reached. */
import type { LeadForm } from '../server/accounts/wire.ts'
import type { Failure, LeadFields } from './api.ts'
import type { Speech } from './text.ts'
import { failureText } from './turn.tsx'

export interface LeadDeps {
  form: LeadForm
  speech: Speech
  /** What the page told of the visitor. */
  known: LeadFields
  /** @throws {Failure} */
  leave(lead: LeadFields): Promise<unknown>
  /** The visitor is thanked in place of the form. */
  left(): void
}

export function Lead({ form, speech, known, leave, left }: LeadDeps) {
  const { text } = speech
  const note = (<p class="note" role="alert" />) as HTMLElement
  const send = (
    <button type="submit" class="chip main">
      {text.send}
    </button>
  )
  const element = (
    <form
      class="lead onward"
      onSubmit={async (event: Event) => {
        event.preventDefault()
        send.setAttribute('disabled', '')
        try {
          await leave(Object.fromEntries(new FormData(element as HTMLFormElement)) as LeadFields)
          const thanks = <p tabindex="-1">{form.thanks || `${text.thanks} ${text.leadText}`}</p>
          element.replaceWith(thanks)
          thanks.focus()
          left()
        } catch (failure) {
          note.textContent = failureText(failure as Failure, speech)
          send.removeAttribute('disabled')
        }
      }}
    >
      <h3>{form.title || text.leadTitle}</h3>
      <p class="note">{form.text || text.leadText}</p>
      {form.fields.map(({ name, required }) => (
        // biome-ignore lint/a11y/noLabelWithoutControl: the control is inside.
        <label>
          {text[name]}
          {!required && ` (${text.optional})`}
          {name === 'message' ? (
            <textarea class="field" name={name} rows="3" maxlength="2000" required={required} />
          ) : (
            <input
              class="field"
              name={name}
              type={{ name: 'text', email: 'email', phone: 'tel' }[name]}
              autocomplete={name === 'phone' ? 'tel' : name}
              maxlength="120"
              required={required}
              value={known[name]}
            />
          )}
        </label>
      ))}
      {note}
      {send}
    </form>
  )
  return element
}
