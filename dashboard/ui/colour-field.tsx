/** A colour, picked or typed as #rrggbb. */
import { t } from '../text.ts'
import { Field } from './field.tsx'

interface ColourFieldProps {
  label: string
  hint?: string
  error?: string
  value: string
  onChange: (value: string) => void
}

export const isColour = (text: string) => /^#[0-9a-fA-F]{6}$/.test(text)

export function ColourField({ label, hint, error, value, onChange }: ColourFieldProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {({ id, describedBy, invalid }) => (
        <div class="colour-field">
          <input
            type="color"
            class="colour-well"
            aria-label={t.bot.pickColour}
            value={isColour(value) ? value.toLowerCase() : '#000000'}
            onInput={event => onChange(event.currentTarget.value)}
          />
          <input
            class="control"
            id={id}
            name="color"
            value={value}
            maxLength={7}
            spellcheck={false}
            autocomplete="off"
            aria-describedby={describedBy}
            aria-invalid={invalid}
            onInput={event => onChange(event.currentTarget.value)}
          />
        </div>
      )}
    </Field>
  )
}

/** Black or white, whichever reads better on `colour` (WCAG 2.2 relative luminance). */
export function readableOn(colour: string): '#000000' | '#ffffff' {
  const channel = (at: number) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  }
  const luminance = 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
  // Where the contrasts with black and with white are equal.
  return luminance > 0.1791 ? '#000000' : '#ffffff'
}
