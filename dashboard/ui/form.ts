/** One form: its values, complaints by field, the sending, and its draft. Fields in `field.tsx` bind to it by name. */
import { type Signal, useSignal } from '@preact/signals'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { ApiError } from '../api.ts'
import { dropDraft, findDraft, keepDraft } from '../draft.ts'

export interface Form<V extends object> {
  values: Signal<V>
  /** Complaint by field, as sentences or the server's fragments ("must not be empty"). */
  errors: Signal<Record<string, string>>
  /** What went wrong with the whole, when no field is to blame. */
  problem: Signal<ApiError | undefined>
  busy: Signal<boolean>
  /** Whether the values were brought back from an earlier visit. */
  restored: Signal<boolean>
  set: <K extends keyof V & string>(name: K, value: V[K]) => void
  /** Differs from what it started with. */
  changed: () => boolean
  /** Back to what it started with; the draft goes too. */
  reset: (values?: V) => void
  onSubmit: (event: Event) => void
}

interface FormOptions<V extends object> {
  initial: V
  /** Complaints found before asking the server. */
  check?: (values: V) => Record<string, string>
  /** Sends the values; an ApiError's complaints go to their fields. */
  send: (values: V) => Promise<void>
  /** Keeps unsaved work under this name. */
  draft?: string
}

export function useForm<V extends object>(options: FormOptions<V>): Form<V> {
  const live = useRef(options)
  live.current = options
  const base = useRef(options.initial)
  const found = useMemo(() => (options.draft ? findDraft<V>(options.draft) : undefined), [options.draft])
  // A draft of an older version of the portal may lack a field.
  const values = useSignal<V>(found ? { ...options.initial, ...found } : options.initial)
  const errors = useSignal<Record<string, string>>({})
  const problem = useSignal<ApiError | undefined>(undefined)
  const busy = useSignal(false)
  const restored = useSignal(found !== undefined && !same(found, options.initial))
  const mounted = useRef(true)
  useEffect(
    () => () => {
      mounted.current = false
    },
    [],
  )

  return useMemo<Form<V>>(() => {
    const keep = () => {
      const { draft } = live.current
      if (!draft) return
      if (same(values.peek(), base.current)) dropDraft(draft)
      else keepDraft(draft, values.peek())
    }
    return {
      values,
      errors,
      problem,
      busy,
      restored,
      set(name, value) {
        values.value = { ...values.peek(), [name]: value }
        errors.value = without(errors.peek(), name)
        keep()
      },
      changed: () => !same(values.value, base.current),
      reset(next = base.current) {
        base.current = next
        values.value = next
        errors.value = {}
        problem.value = undefined
        restored.value = false
        if (live.current.draft) dropDraft(live.current.draft)
      },
      async onSubmit(event) {
        event.preventDefault()
        if (busy.peek()) return
        const element = event.currentTarget as HTMLFormElement
        const sent = values.peek()
        errors.value = live.current.check?.(sent) ?? {}
        problem.value = undefined
        if (Object.keys(errors.peek()).length === 0) {
          busy.value = true
          try {
            const { draft, send } = live.current
            const before = base.current
            await send(sent)
            if (draft) dropDraft(draft)
            // What was typed while the answer was on its way is new work; a reset inside `send` stands.
            if (base.current === before) base.current = sent
            restored.value = false
            if (mounted.current) keep()
          } catch (thrown) {
            if (!(thrown instanceof ApiError)) throw thrown
            errors.value = thrown.fields
            const known = Object.keys(thrown.fields).some(field => field.split('/')[0]! in sent)
            if (!known) problem.value = thrown
          } finally {
            busy.value = false
          }
        }
        if (problem.peek() || Object.keys(errors.peek()).length) setTimeout(() => focusFirstComplaint(element))
      },
    }
  }, [])
}

function focusFirstComplaint(form: HTMLFormElement): void {
  const target =
    form.querySelector<HTMLElement>('[aria-invalid="true"]') ?? form.querySelector<HTMLElement>('[role="alert"]')
  target?.focus()
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

function without(errors: Record<string, string>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(errors).filter(([field]) => field !== name && !field.startsWith(`${name}/`)))
}
