/** One of a few, all in sight: radio buttons drawn as segments. */
import { useId } from 'preact/hooks'
import { Icon, type IconName } from './icon.tsx'

interface ChoiceProps<T extends string> {
  label: string
  /** The label is read out but not drawn. */
  quietLabel?: boolean
  value: T
  options: { value: T; label: string; icon?: IconName }[]
  onChange: (value: T) => void
}

export function Choice<T extends string>({ label, quietLabel, value, options, onChange }: ChoiceProps<T>) {
  const name = useId()
  return (
    <fieldset class="choice">
      <legend class={quietLabel ? 'visually-hidden' : undefined}>{label}</legend>
      <div class="choice-options">
        {options.map(option => (
          <label key={option.value} class="choice-option">
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
            />
            <span>
              {option.icon && <Icon name={option.icon} size={16} />}
              {option.label}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}

interface SelectProps {
  label: string
  value: string
  options: { value: string; label: string }[]
  onChange: (value: string) => void
}

/** A small list to pick from, its label read out only. */
export function Select({ label, value, options, onChange }: SelectProps) {
  return (
    <span class="select">
      <select class="control" aria-label={label} value={value} onChange={event => onChange(event.currentTarget.value)}>
        {options.map(option => (
          <option key={option.value} value={option.value} selected={option.value === value}>
            {option.label}
          </option>
        ))}
      </select>
      <Icon name="down" size={16} />
    </span>
  )
}
