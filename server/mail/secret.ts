/** SHA-256, hex: what is kept of tokens that are random enough not to be guessed. */
import { hash } from 'node:crypto'

export const hashOf = (secret: string) => hash('sha256', secret, 'hex')
