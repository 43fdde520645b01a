/** A client's choice of model: the installation's, one of its own with its key, or none. Keys are stored sealed and never given out. */
import { audited, type By } from '../accounts/audit.ts'
import { AppError } from '../errors.ts'
import type { Outgoing } from '../http/outgoing/outgoing.ts'
import { type ModelRow, models } from '../store/records.ts'
import { insert, type Store, update } from '../store/store.ts'
import type { Vault } from './secret.ts'
import type { ModelChange } from './wire.ts'

export interface OwnSettings {
  /** Undefined: the client never chose. */
  row(clientId: string): ModelRow | undefined
  /** The client's key; undefined where it cannot be read. */
  key(row: ModelRow): string | undefined
  /**
   * @throws AppError `forbidden` where the operator allows none, `unprocessable` where no key can be stored,
   * `url_not_allowed`, `invalid_request`
   */
  change(clientId: string, change: ModelChange, by: By): Promise<void>
  /** A base URL as it is stored. @throws AppError `url_not_allowed` */
  checkUrl(url: string): string
  /** Seals anew what earlier secrets sealed; returns how many rows. */
  reseal(): Promise<number>
}

export interface SettingsDeps {
  store: Store
  vault: Vault
  outgoing: Pick<Outgoing, 'check'>
  allowed: boolean
  now: () => Date
}

const micros = (amount: number) => Math.round(amount * 1_000_000)

export function createSettings({ store, vault, outgoing, allowed, now }: SettingsDeps): OwnSettings {
  const rows = store.table(models)
  const keyOf = (row: ModelRow) => (row.sealed_key === '' ? '' : vault.open(row.sealed_key, row.client_id))
  const checkUrl = (text: string): string => {
    const { url } = outgoing.check(text)
    if (url.search || url.hash)
      throw new AppError('url_not_allowed', 'The address must end with its path, such as /v1.')
    return url.href.replace(/\/+$/, '').replace(/\/chat\/completions$/, '')
  }

  return {
    row: clientId => rows.get(clientId),
    key: keyOf,
    checkUrl,
    async change(clientId, change, by) {
      const before = rows.get(clientId)
      const { api_key, base_url, input_price, output_price, monthly_budget, ...rest } = change
      const touchesOwn = Object.keys(change).some(name => name !== 'mode') || change.mode === 'own'
      if (touchesOwn && !allowed) {
        throw new AppError(
          'forbidden',
          'The operator of this installation does not let clients connect models of their own.',
        )
      }
      const set: Partial<ModelRow> = {
        ...rest,
        ...(base_url !== undefined && { base_url: base_url === '' ? '' : checkUrl(base_url) }),
        ...(input_price !== undefined && { input_price: micros(input_price) }),
        ...(output_price !== undefined && { output_price: micros(output_price) }),
        ...(monthly_budget !== undefined && {
          monthly_budget: monthly_budget === null ? null : micros(monthly_budget),
        }),
        updated_at: now().toISOString(),
      }
      if (api_key) {
        if (!vault.ready) {
          throw new AppError(
            'unprocessable',
            'No key can be stored here yet: the operator must set SECRET_KEY, which keys are encrypted with.',
          )
        }
        set.sealed_key = vault.seal(api_key, clientId)
        set.key_hint = api_key.length >= 12 ? api_key.slice(-4) : ''
      } else if (api_key !== undefined || leadsElsewhere(before?.base_url, set.base_url)) {
        // Whoever changes the address does not get the key sent there.
        set.sealed_key = ''
        set.key_hint = ''
      }
      const after = { ...empty, ...before, ...set, client_id: clientId }
      if (after.mode === 'own' && (after.base_url === '' || after.model === '')) {
        const field = after.base_url === '' ? 'base_url' : 'model'
        throw new AppError('invalid_request', `${field}: is required for a model of your own.`, {
          errors: [{ pointer: `#/${field}`, detail: 'is required for a model of your own' }],
        })
      }
      const key = set.sealed_key === undefined ? 'kept' : set.sealed_key === '' ? 'none' : 'stored'
      const details = { mode: after.mode, base_url: after.base_url, key }
      await store.commit([
        before ? update(models, clientId, set) : insert(models, after),
        ...audited(now(), clientId, 'model_changed', details, by),
      ])
    },
    async reseal() {
      let count = 0
      for (const row of [...rows.all()]) {
        if (row.sealed_key === '' || !vault.isOld(row.sealed_key)) continue
        const key = keyOf(row)
        if (key === undefined) continue
        await store.commit([update(models, row.client_id, { sealed_key: vault.seal(key, row.client_id) })])
        count++
      }
      return count
    },
  }
}

const empty: Omit<ModelRow, 'client_id'> = {
  mode: 'installation',
  base_url: '',
  model: '',
  sealed_key: '',
  key_hint: '',
  input_price: 0,
  output_price: 0,
  monthly_tokens: null,
  monthly_budget: null,
  embedding_model: '',
  updated_at: '',
}

const leadsElsewhere = (before: string | undefined, after: string | undefined) =>
  Boolean(before) && after !== undefined && (after === '' || new URL(before!).origin !== new URL(after).origin)
