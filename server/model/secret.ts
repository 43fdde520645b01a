/**
 * Keys of clients' models at rest: AES-256-GCM under a key derived (HKDF, SHA-256) from SECRET_KEY, which stands in the
 * environment and never in the data folder. A sealed key is bound to its client, so that it cannot be moved into another's row.
 * Form: `v1.KEYID.IV.CIPHERTEXT+TAG`, base64url; the key id tells which secret sealed it.
 */
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'

export interface Vault {
  /** False without SECRET_KEY: then nothing can be sealed. */
  readonly ready: boolean
  /** @throws Error without SECRET_KEY */
  seal(plain: string, owner: string): string
  /** Undefined where none of the secrets opens it. */
  open(sealed: string, owner: string): string | undefined
  /** Whether it was sealed under an earlier secret, and should be sealed again. */
  isOld(sealed: string): boolean
}

/** @param secrets the present one first, then earlier ones that may still open */
export function createVault(secrets: readonly string[]): Vault {
  const keys = secrets.map(secret => {
    const key = Buffer.from(hkdfSync('sha256', secret, 'parley', 'keys of models v1', 32))
    return { key, id: createHash('sha256').update(key).digest('base64url').slice(0, 8) }
  })
  return {
    ready: keys.length > 0,
    seal(plain, owner) {
      const current = keys[0]
      if (!current) throw new Error('there is no SECRET_KEY to seal with')
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', current.key, iv).setAAD(Buffer.from(owner))
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()])
      return `v1.${current.id}.${iv.toString('base64url')}.${body.toString('base64url')}`
    },
    open(sealed, owner) {
      const [version, id, iv = '', body = ''] = sealed.split('.')
      const found = version === 'v1' ? keys.find(key => key.id === id) : undefined
      if (!found) return undefined
      try {
        const bytes = Buffer.from(body, 'base64url')
        const decipher = createDecipheriv('aes-256-gcm', found.key, Buffer.from(iv, 'base64url'))
        decipher.setAAD(Buffer.from(owner)).setAuthTag(bytes.subarray(-16))
        return decipher.update(bytes.subarray(0, -16), undefined, 'utf8') + decipher.final('utf8')
      } catch {
        return undefined
      }
    },
    isOld: sealed => keys.length > 0 && sealed.split('.')[1] !== keys[0]!.id,
  }
}
