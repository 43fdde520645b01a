/** Parts of lists of which every line has several fields. */
import type { ComponentChildren } from 'preact'
import { t } from '../../text.ts'
import { IconButton } from '../../ui/button.tsx'
import { Complaint, sentence } from '../../ui/field.tsx'

interface LineProps {
  /** "Way 2" */
  name: string
  error?: string | undefined
  onRemove: () => void
  children: ComponentChildren
}

export function Line({ name, error, onRemove, children }: LineProps) {
  return (
    <fieldset class="bot-line" aria-label={name}>
      <div class="bot-line-fields">
        {children}
        <IconButton icon="close" label={t.field.remove(name)} onClick={onRemove} />
      </div>
      {error && <Complaint id={`complaint-${name}`}>{sentence(name, error)}</Complaint>}
    </fieldset>
  )
}

interface LineInputProps {
  label: string
  value: string
  onInput: (value: string) => void
  type?: 'text' | 'time' | 'date'
  placeholder?: string
  maxLength?: number
  invalid?: boolean
  list?: string
}

export function LineInput({ label, value, onInput, type = 'text', invalid, ...rest }: LineInputProps) {
  return (
    <input
      {...rest}
      class="control"
      type={type as 'text'}
      aria-label={label}
      aria-invalid={invalid || undefined}
      value={value}
      onInput={event => onInput(event.currentTarget.value)}
    />
  )
}

/** A list with one place changed. */
export const replaced = <V,>(list: readonly V[], at: number, value: V): V[] =>
  list.map((old, i) => (i === at ? value : old))
export const dropped = <V,>(list: readonly V[], at: number): V[] => list.filter((_, i) => i !== at)
