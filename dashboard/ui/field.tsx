/** Form fields: a label above, a hint below it, the complaint under the control it is about. */
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { t } from '../text.ts'
import { Button, IconButton } from './button.tsx'
import type { Form } from './form.ts'
import { Icon } from './icon.tsx'

interface FieldProps {
  label: string
  hint?: ComponentChildren
  error?: string
  optional?: boolean
  /** Draws the control; `describedBy` names the hint and the complaint. */
  children: (ids: { id: string; describedBy: string | undefined; invalid: true | undefined }) => ComponentChildren
  /** Beside the label, e.g. a character count. */
  aside?: ComponentChildren
}

export function Field({ label, hint, error, optional, children, aside }: FieldProps) {
  const id = useId()
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || undefined
  return (
    <div class="field">
      <div class="field-head">
        <label for={id}>
          {label} {optional && <span class="field-optional">{t.field.optional}</span>}
        </label>
        {aside}
      </div>
      {hint && (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {children({ id, describedBy: described, invalid: error ? true : undefined })}
      {error && <Complaint id={`${id}-error`}>{sentence(label, error)}</Complaint>}
    </div>
  )
}

export function Complaint({ id, children }: { id: string; children: ComponentChildren }) {
  return (
    <p class="field-error" id={id}>
      <Icon name="warning" size={16} />
      <span>{children}</span>
    </p>
  )
}

/** The server complains in fragments ("must not be empty"); people read "Company name must not be empty." */
export function sentence(label: string, complaint: string): string {
  const whole = /^\p{Lu}/u.test(complaint) ? complaint : `${label} ${complaint}`
  return /[.!?]$/.test(whole) ? whole : `${whole}.`
}

/** Puts the focus into the control when it appears. */
function useFirst<E extends HTMLElement>(first: boolean | undefined) {
  const control = useRef<E>(null)
  useEffect(() => {
    if (first) control.current!.focus()
  }, [])
  return control
}

type TextKeys<V> = { [K in keyof V]: V[K] extends string ? K : never }[keyof V] & string

interface TextFieldProps<V extends object> {
  form: Form<V>
  name: TextKeys<V>
  label: string
  hint?: ComponentChildren
  optional?: boolean
  type?: 'text' | 'email' | 'url' | 'tel'
  autocomplete?: string
  placeholder?: string
  maxLength?: number
  /** Offered while typing. */
  choices?: string[]
  /** The page or dialog begins here. */
  first?: boolean
  readOnly?: boolean
}

export function TextField<V extends object>(props: TextFieldProps<V>) {
  const { form, name, label, hint, optional, choices, type = 'text', first, ...rest } = props
  const listId = useId()
  const control = useFirst<HTMLInputElement>(first)
  return (
    <Field label={label} hint={hint} optional={optional} error={form.errors.value[name]}>
      {({ id, describedBy, invalid }) => (
        <>
          <input
            {...rest}
            ref={control}
            class="control"
            id={id}
            name={name}
            type={type}
            list={choices?.length ? listId : undefined}
            value={form.values.value[name] as string}
            aria-describedby={describedBy}
            aria-invalid={invalid}
            spellcheck={type === 'text'}
            onInput={event => form.set(name, event.currentTarget.value as V[typeof name])}
          />
          {choices?.length ? (
            <datalist id={listId}>
              {choices.map(choice => (
                <option key={choice} value={choice} />
              ))}
            </datalist>
          ) : null}
        </>
      )}
    </Field>
  )
}

/** A password that can be looked at while typing. */
export function PasswordField<V extends object>({
  form,
  name,
  label,
  hint,
  autocomplete,
  first,
}: Pick<TextFieldProps<V>, 'form' | 'name' | 'label' | 'hint' | 'autocomplete' | 'first'>) {
  const shown = useSignal(false)
  const control = useFirst<HTMLInputElement>(first)
  return (
    <Field label={label} hint={hint} error={form.errors.value[name]}>
      {({ id, describedBy, invalid }) => (
        <div class="control-with-button">
          <input
            ref={control}
            class="control"
            id={id}
            name={name}
            type={(shown.value ? 'text' : 'password') as 'password'}
            autocomplete={autocomplete}
            autocapitalize="off"
            spellcheck={false}
            value={form.values.value[name] as string}
            aria-describedby={describedBy}
            aria-invalid={invalid}
            onInput={event => form.set(name, event.currentTarget.value as V[typeof name])}
          />
          <button
            type="button"
            class="control-button"
            aria-pressed={shown.value}
            aria-label={t.field.showPassword}
            onClick={() => {
              shown.value = !shown.value
            }}
          >
            {shown.value ? t.field.hide : t.field.show}
          </button>
        </div>
      )}
    </Field>
  )
}

interface TextAreaProps<V extends object>
  extends Pick<TextFieldProps<V>, 'form' | 'name' | 'label' | 'hint' | 'optional' | 'placeholder'> {
  rows?: number
  /** Characters; a count shows once the text comes near. */
  limit?: number
}

/** Grows with its text. */
export function TextArea<V extends object>(props: TextAreaProps<V>) {
  const { form, name, label, hint, optional, rows = 3, limit, ...rest } = props
  const element = useRef<HTMLTextAreaElement>(null)
  const text = form.values.value[name] as string
  useEffect(() => {
    const area = element.current!
    area.style.height = 'auto'
    area.style.height = `${area.scrollHeight + 2}px`
  }, [text])
  const near = limit !== undefined && text.length > limit * 0.8
  return (
    <Field
      label={label}
      hint={hint}
      optional={optional}
      error={form.errors.value[name]}
      aside={near && <span class="field-count">{t.field.characters(text.length, limit)}</span>}
    >
      {({ id, describedBy, invalid }) => (
        <textarea
          {...rest}
          ref={element}
          class="control"
          id={id}
          name={name}
          rows={rows}
          value={text}
          aria-describedby={describedBy}
          aria-invalid={invalid}
          onInput={event => form.set(name, event.currentTarget.value as V[typeof name])}
        />
      )}
    </Field>
  )
}

type ListKeys<V> = { [K in keyof V]: V[K] extends string[] ? K : never }[keyof V] & string

interface ListFieldProps<V extends object> {
  form: Form<V>
  name: ListKeys<V>
  label: string
  hint?: ComponentChildren
  optional?: boolean
  /** "Question 2" */
  itemLabel: (position: number) => string
  addLabel: string
  placeholder?: string
  max: number
  inputMode?: 'url'
  /** Puts a finished line into its usual form. */
  tidy?: (text: string) => string
}

/** Several short texts, one per line; Enter starts the next one. */
export function ListField<V extends object>(props: ListFieldProps<V>) {
  const { form, name, label, hint, optional, itemLabel, addLabel, placeholder, max, tidy, inputMode } = props
  const id = useId()
  const group = useRef<HTMLFieldSetElement>(null)
  const items = form.values.value[name] as string[]
  const set = (next: string[]) => form.set(name, next as V[typeof name])
  const focusItem = (index: number) =>
    setTimeout(() => {
      const inputs = group.current?.querySelectorAll('input')
      const target = inputs?.[Math.min(index, inputs.length - 1)] ?? group.current?.querySelector('button')
      target?.focus()
    })
  const add = () => {
    set([...items, ''])
    focusItem(items.length)
  }
  const general = form.errors.value[name]
  return (
    <fieldset class="field list-field" ref={group} aria-describedby={hint ? `${id}-hint` : undefined}>
      <legend>
        {label} {optional && <span class="field-optional">{t.field.optional}</span>}
      </legend>
      {hint && (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {items.map((item, index) => {
        const error = form.errors.value[`${name}/${index}`]
        const errorId = `${id}-${index}-error`
        return (
          <div class="list-field-item" key={index}>
            <div class="list-field-line">
              <input
                class="control"
                value={item}
                placeholder={placeholder}
                inputMode={inputMode}
                aria-label={itemLabel(index + 1)}
                aria-invalid={error ? true : undefined}
                aria-describedby={error ? errorId : undefined}
                onInput={event => set(items.map((old, i) => (i === index ? event.currentTarget.value : old)))}
                onBlur={event => {
                  const tidied = tidy?.(event.currentTarget.value)
                  if (tidied !== undefined && tidied !== item) set(items.map((old, i) => (i === index ? tidied : old)))
                }}
                onKeyDown={event => {
                  if (event.key !== 'Enter' || event.isComposing) return
                  event.preventDefault()
                  if (index < items.length - 1) focusItem(index + 1)
                  else if (items.length < max && item.trim()) add()
                }}
              />
              <IconButton
                icon="close"
                label={t.field.remove(itemLabel(index + 1))}
                onClick={() => {
                  set(items.filter((_, i) => i !== index))
                  focusItem(Math.max(0, index - 1))
                }}
              />
            </div>
            {error && <Complaint id={errorId}>{sentence(itemLabel(index + 1), error)}</Complaint>}
          </div>
        )
      })}
      {general && <Complaint id={`${id}-error`}>{sentence(label, general)}</Complaint>}
      {items.length < max && (
        <Button small kind="quiet" icon="plus" onClick={add}>
          {addLabel}
        </Button>
      )}
    </fieldset>
  )
}
