/** Random secrets and the hashes they are kept as. */
import { hash, randomBytes } from 'node:crypto'

/** A secret key: `cb_` and 32 random bytes, 46 characters. */
export const newKey = () => `cb_${randomBytes(32).toString('base64url')}`
/** A session token: 32 random bytes. */
export const newToken = () => randomBytes(32).toString('base64url')
/** SHA-256, hex. Enough for secrets of 256 random bits: there is nothing to guess. */
export const hashSecret = (secret: string) => hash('sha256', secret, 'hex')
/** What a key is told apart by when it cannot be shown. */
export const hintOf = (key: string) => `${key.slice(0, 9)}…`
