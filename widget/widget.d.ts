/**
 * Types of the Parley widget. Save beside your code, or refer to it:
 *   /// <reference path="./widget.d.ts" />
 */

interface ParleySource {
  id: string
  category: string
  source: string
  title?: string
  url?: string
  quote: string
}

/** What is known of a visitor; fills in the form that asks for it. */
interface ParleyPerson {
  name?: string
  email?: string
  phone?: string
  message?: string
}

interface ParleyEvents {
  /** The chat has loaded. */
  ready: undefined
  open: undefined
  close: undefined
  /** An answer has come. */
  message: { question: string; answer: string; kind?: 'answer' | 'refusal' | 'small-talk'; sources?: ParleySource[] }
  /** An answer has come while the chat was closed. */
  unread: undefined
  /** The visitor took the way on to people. */
  handoff: { contact: string }
  /** The visitor left word how to be reached. */
  lead: ParleyPerson
  error: { kind: string; resetsAt?: string }
}

interface Parley {
  /** `true` leaves the focus where it is. */
  open(quietly?: boolean): void
  close(): void
  toggle(): void
  /** Launcher and chat, as one. */
  show(): void
  hide(): void
  /** Opens, and asks. */
  send(question: string): void
  /** A new conversation; the old one is forgotten. */
  reset(): void
  identify(person: ParleyPerson): void
  /** A language tag such as `de`, and words said otherwise by their names. */
  setLocale(language?: string, words?: Record<string, string>): void
  on<Name extends keyof ParleyEvents>(name: Name, listener: (event: CustomEvent<ParleyEvents[Name]>) => void): void
  off<Name extends keyof ParleyEvents>(name: Name, listener: (event: CustomEvent<ParleyEvents[Name]>) => void): void
  /** Takes everything off the page. */
  destroy(): void
  push(call: ParleyCall): void
}

/** A call and what it is given, such as `['send', 'When are you open?']`. */
type ParleyCall = {
  [Name in Exclude<keyof Parley, 'push'>]: [Name, ...Parameters<Parley[Name]>]
}[Exclude<keyof Parley, 'push'>]

interface Window {
  /** Before the script has come: an array of calls. */
  Parley?: Parley | ParleyCall[]
}

type ParleyWindowEvents = { [Name in keyof ParleyEvents as `parley:${Name}`]: CustomEvent<ParleyEvents[Name]> }
interface WindowEventMap extends ParleyWindowEvents {}
