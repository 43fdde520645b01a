/** English, whole. Sentences that hold a number or a name are functions, so that every language can order and inflect them. */
import { core } from './en/core.ts'
import { pages } from './en/pages.ts'

export const en = { ...core, ...pages }
