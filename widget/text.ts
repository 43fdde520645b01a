/**
 * Every word the widget says. English is the measure and comes with the chat; each other language is a file in text/,
 * complete by its type and fetched only for who reads it.
 */
import type { FailureKind } from './api.ts'

const english = {
  title: 'Chat',
  /** Said of the bot under its name: visitors know from the start that no person writes. */
  assistant: 'Automated assistant',
  greeting: 'Hello! What would you like to know?',
  placeholder: 'Ask a question',
  send: 'Send',
  stop: 'Stop',
  close: 'Close',
  newChat: 'New chat',
  conversation: 'Conversation',
  you: 'You',
  waiting: 'Looking for the answer',
  stopped: 'Stopped.',
  source: 'Source',
  openSource: 'Open the page',
  newTab: 'opens in a new tab',
  suggestions: 'Suggested questions',
  copy: 'Copy',
  copied: 'Copied',
  unread: 'new answer',
  retry: 'Try again',
  offline: 'You seem to be offline. Your question is still here.',
  unreachable: 'The assistant cannot be reached just now.',
  interrupted: 'The connection broke before the answer was complete.',
  trouble: 'Something went wrong on our side.',
  tooFast: 'That was a little fast. Please try again in a moment.',
  quota: 'The assistant has answered all it can this month. It will be back on {date}.',
  unavailable: 'The assistant is not available here at the moment.',
  tooLong: 'That message is too long. Could you make it shorter?',
}

export type Text = Record<keyof typeof english, string> & Record<FailureKind, string>

/** Words in the language they are in. */
export interface Speech {
  /** BCP 47, with the visitor's region where it is known: dates follow it. */
  lang: string
  dir: 'ltr' | 'rtl'
  text: Text
}

const others: Record<string, () => Promise<{ default: Text }>> = {
  ar: () => import('./text/ar.ts'),
  de: () => import('./text/de.ts'),
  es: () => import('./text/es.ts'),
  fr: () => import('./text/fr.ts'),
  hi: () => import('./text/hi.ts'),
  it: () => import('./text/it.ts'),
  ja: () => import('./text/ja.ts'),
  nl: () => import('./text/nl.ts'),
  pl: () => import('./text/pl.ts'),
  pt: () => import('./text/pt.ts'),
  ru: () => import('./text/ru.ts'),
  tr: () => import('./text/tr.ts'),
  zh: () => import('./text/zh.ts'),
}

/** The first of `wanted` (BCP 47, best first) that the widget speaks, else English. */
export async function loadSpeech(wanted: readonly string[]): Promise<Speech> {
  for (const tag of wanted) {
    const [language] = tag.toLowerCase().split('-') as [string]
    if (language === 'en') return { lang: tag, dir: 'ltr', text: english }
    // A language file that does not arrive is no reason to have no chat.
    const file = await others[language]?.().catch(() => undefined)
    if (file) return { lang: tag, dir: /^(ar|fa|he|ur)$/.test(language) ? 'rtl' : 'ltr', text: file.default }
  }
  return { lang: 'en', dir: 'ltr', text: english }
}
