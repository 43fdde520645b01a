/** Ways on to people: what kind a text is, where it leads, and how it is said. */
import type { Way } from './wire.ts'

/** A way that was given as nothing but a text. */
export function wayOf(contact: string): Way {
  const value = contact.trim()
  const kind = /^https:\/\//i.test(value)
    ? 'link'
    : /^[^\s@]+@[^\s@]+$/.test(value)
      ? 'email'
      : /^\+?[\d\s()./-]{3,40}$/.test(value)
        ? 'phone'
        : 'text'
  return { kind, value, label: '' }
}

/** What a page may link to; empty where there is nothing to follow. */
export function hrefOf({ kind, value }: Way): string {
  if (kind === 'email') return `mailto:${value}`
  if (kind === 'phone') return `tel:${value.replace(/[^+\d]/g, '')}`
  return kind === 'link' ? value : ''
}

/** As part of a text: with what it is for. */
export const wayText = ({ value, label }: Way): string => (label ? `${label}: ${value}` : value)

/** On a button: what it is for, else the address without its scheme. */
export const wayLabel = ({ value, label }: Way): string => label || value.replace(/^https:\/\//i, '').replace(/\/$/, '')
