/** Which model words a client's answers, and everything around it: settings, trial calls, what it cost, how it fares. */
import type { Logger } from 'pino'
import type { By } from '../accounts/audit.ts'
import type { AnswerDeps, Index, Model } from '../answer/types.ts'
import type { Config } from '../config.ts'
import { AppError } from '../errors.ts'
import type { Outgoing } from '../http/outgoing/outgoing.ts'
import type { ModelRow } from '../store/records.ts'
import type { Change, Store } from '../store/store.ts'
import { periodOf, resetsAt } from '../usage/period.ts'
import { createBreaker } from './breaker.ts'
import { createBudget, type Tariff } from './budget.ts'
import { faultWords, ModelFault } from './fault.ts'
import { knownServers } from './known-servers.ts'
import { createVault } from './secret.ts'
import { createSettings } from './settings.ts'
import type { Endpoint } from './transport.ts'
import { createVectors, type EmbeddingSource } from './vectors.ts'
import type { ModelChange, ModelSettings, ModelTestReply, ModelTestRequest, ModelUsage } from './wire.ts'
import { createWriter, type ModelWhy } from './writer.ts'

/** A model for one turn, and what it cost. */
export interface TurnModel {
  /** Undefined: passages answer. */
  model: Model | undefined
  /** Joins the ranking by vectors; undefined: words alone rank. */
  fuse: AnswerDeps['fuse']
  /** To be made durable with the turn. */
  charges(): Change[]
}

export interface Models {
  turn(clientId: string, index: Index): TurnModel
  settings(clientId: string): ModelSettings
  /** @throws AppError as `OwnSettings.change` */
  change(clientId: string, change: ModelChange, by: By): Promise<ModelSettings>
  /** One real call. @throws AppError `forbidden`, `url_not_allowed`, `invalid_request` where there is nothing to try */
  test(clientId: string, trial: ModelTestRequest): Promise<ModelTestReply>
  usage(clientId: string): ModelUsage
  /** For metrics: calls by outcome (`ok` or the reason) and tokens since the start, servers left alone now. */
  status(): ModelStatus
  /** Seals keys anew that earlier secrets sealed. */
  rotate(): Promise<void>
  /** Ends what goes on in the background. */
  close(): Promise<void>
}

export interface ModelStatus {
  calls: ReadonlyMap<string, number>
  /** Likewise of embeddings. */
  embeddings: ReadonlyMap<string, number>
  vectorBytes: number
  inputTokens: number
  outputTokens: number
  resting: number
}

export interface ModelDeps {
  store: Store
  config: Pick<Config, 'model' | 'embeddings' | 'secretKeys' | 'cacheBytes'>
  /** Guards what clients name. */
  outgoing: Pick<Outgoing, 'check' | 'dispatcher'>
  log: Logger
  now: () => Date
}

const maxFaultsKept = 2000
/** Milliseconds between two lines in the log about one client's model failing for the same reason. */
const quietMs = 60_000

export function createModels({ store, config: all, outgoing, log, now }: ModelDeps): Models {
  const { model: config, secretKeys } = all
  const vault = createVault(secretKeys)
  const own = createSettings({ store, vault, outgoing, allowed: config.clientModels, now })
  const budget = createBudget({ store, now })
  const breaker = createBreaker(() => now().getTime())
  const limits = { maxTokens: config.maxTokens, firstMs: config.firstMs, totalMs: config.totalMs }
  const calls = new Map<string, number>()
  const embeddings = new Map<string, number>()
  const faults = new Map<string, { reason: ModelFault['reason']; detail: string; at: Date }>()
  let inputTokens = 0
  let outputTokens = 0

  const count = (outcome: string, why?: ModelWhy) => {
    calls.set(outcome, (calls.get(outcome) ?? 0) + 1)
    inputTokens += why?.tokens?.input ?? 0
    outputTokens += why?.tokens?.output ?? 0
  }
  const report = (clientId: string) => (fault: ModelFault | undefined, why: ModelWhy) => {
    count(fault?.reason ?? 'ok', why)
    if (!fault) {
      faults.delete(clientId)
      return
    }
    noteFault(clientId, fault, 'a model gave no answer; the passage did', { ms: why.ms })
  }
  const noteFault = (clientId: string, fault: ModelFault, message: string, more: object) => {
    const { reason, detail, status } = fault
    const last = faults.get(clientId)
    const at = now()
    const isNews = last?.reason !== reason || at.getTime() - last.at.getTime() >= quietMs
    faults.delete(clientId)
    faults.set(clientId, { reason, detail, at: isNews ? at : last.at })
    if (faults.size > maxFaultsKept) faults.delete(faults.keys().next().value as string)
    if (isNews) log.warn({ client_id: clientId, reason, status, detail, ...more }, message)
  }

  const installation: Endpoint | undefined = config.url
    ? { baseUrl: config.url, model: config.name, key: config.key }
    : undefined
  const operatorTariff: Tariff = {
    payer: 'operator',
    inputPrice: config.inputPrice,
    outputPrice: config.outputPrice,
    tokens: config.clientTokens,
    cost: config.clientBudget,
    totalCost: config.totalBudget,
  }
  const ownTariff = (row: ModelRow | undefined): Tariff => ({
    payer: 'client',
    inputPrice: row?.input_price ?? 0,
    outputPrice: row?.output_price ?? 0,
    tokens: row?.monthly_tokens ?? null,
    cost: row?.monthly_budget ?? null,
    totalCost: null,
  })

  /** The endpoint that serves a client now. A key that cannot be read is a fault of every call. */
  const serving = (clientId: string): { endpoint: Endpoint; tariff: Tariff; unreadable: boolean } | undefined => {
    const row = own.row(clientId)
    const mode = row?.mode || 'installation'
    if (mode === 'off') return undefined
    if (mode === 'own' && row) {
      if (!config.clientModels) return undefined
      const key = own.key(row)
      const endpoint = { baseUrl: row.base_url, model: row.model, key: key ?? '', dispatcher: outgoing.dispatcher }
      return { endpoint, tariff: ownTariff(row), unreadable: key === undefined }
    }
    return installation && { endpoint: installation, tariff: operatorTariff, unreadable: false }
  }

  /** A client that took its words elsewhere, or nowhere, does not have them embedded by the installation. */
  const embedding = (clientId: string): EmbeddingSource | undefined => {
    const row = own.row(clientId)
    const mode = row?.mode || 'installation'
    if (mode === 'installation') {
      const { url, name, key, price } = all.embeddings
      const tariff = { ...operatorTariff, inputPrice: price, outputPrice: 0 }
      return url ? { endpoint: { baseUrl: url, model: name, key }, tariff } : undefined
    }
    const found = mode === 'own' && row?.embedding_model ? serving(clientId) : undefined
    if (!found || found.unreadable) return undefined
    return { endpoint: { ...found.endpoint, model: row!.embedding_model }, tariff: found.tariff }
  }
  const vectors = createVectors({
    store,
    source: embedding,
    budget,
    breaker,
    timeoutMs: all.embeddings.timeoutMs,
    maxBytes: all.cacheBytes.indexes / 2,
    report(clientId, fault) {
      const outcome = fault?.reason ?? 'ok'
      embeddings.set(outcome, (embeddings.get(outcome) ?? 0) + 1)
      if (fault) noteFault(clientId, fault, 'embeddings failed; words alone rank', {})
    },
  })

  const settings = (clientId: string): ModelSettings => {
    const row = own.row(clientId)
    const fault = faults.get(clientId)
    return {
      mode: (row?.mode || 'installation') as ModelSettings['mode'],
      own: row && (row.base_url || row.model) ? onWire(row, own.key(row) !== undefined) : null,
      installation: installation ? { model: installation.model } : null,
      embeddings: embeddingState(clientId),
      may_use_own: config.clientModels,
      may_store_key: config.clientModels && vault.ready,
      currency: config.currency,
      last_fault: fault
        ? { reason: fault.reason, message: faultWords[fault.reason], detail: fault.detail, at: fault.at.toISOString() }
        : null,
      known_servers: knownServers,
    }
  }

  const embeddingState = (clientId: string): ModelSettings['embeddings'] => {
    const found = embedding(clientId)
    return found
      ? { model: found.endpoint.model, ...(vectors.progress(clientId) ?? { passages: null, embedded: null }) }
      : null
  }

  return {
    settings,
    close: () => vectors.close(),
    turn(clientId, index) {
      const charged: Change[] = []
      const charge = (changes: Change[]) => void charged.push(...changes)
      const turn = { fuse: vectors.fuse(clientId, index, charge), charges: () => charged }
      const found = serving(clientId)
      if (!found) return { ...turn, model: undefined }
      const { endpoint, tariff, unreadable } = found
      if (unreadable) return { ...turn, model: refusing(endpoint, report(clientId)) }
      const model = createWriter({
        clientId,
        endpoint,
        tariff,
        limits,
        budget,
        breaker,
        charge,
        report: report(clientId),
      })
      return { ...turn, model }
    },
    async change(clientId, change, by) {
      await own.change(clientId, change, by)
      faults.delete(clientId)
      return settings(clientId)
    },
    async test(clientId, trial) {
      const { endpoint, tariff } = trialOf(clientId, trial)
      const charged: Change[] = []
      let outcome: { fault: ModelFault | undefined; why: ModelWhy } | undefined
      const model = createWriter({
        clientId,
        endpoint,
        tariff,
        limits,
        budget,
        // A trial is asked for: it does not wait for the end of a rest, and ends it when it succeeds.
        breaker: { ...breaker, open: 0, check: () => {} },
        charge: changes => charged.push(...changes),
        report: (fault, why) => {
          outcome = { fault, why }
          count(fault?.reason ?? 'ok', why)
        },
      })
      const said = await model.write(trialQuestion)
      if (charged.length > 0) await store.commit(charged)
      const { fault, why } = outcome!
      return {
        ok: fault === undefined,
        message: fault ? fault.message : 'The model answered from the passage and cited it.',
        detail: fault?.detail ?? '',
        reason: fault?.reason ?? null,
        text: said.text,
        ms: why.ms,
        first_ms: why.first_ms ?? null,
        tokens: why.tokens ?? null,
      }
    },
    usage(clientId) {
      const at = now()
      const spending = (payer: Tariff['payer'], tariff: Tariff) => {
        const { tokens, cost } = budget.used(clientId, payer)
        return { tokens, cost: money(cost), token_limit: tariff.tokens, cost_limit: maybeMoney(tariff.cost) }
      }
      return {
        period: periodOf(at),
        resets_at: resetsAt(at),
        currency: config.currency,
        installation: spending('operator', operatorTariff),
        own: spending('client', ownTariff(own.row(clientId))),
      }
    },
    status: () => ({
      calls,
      embeddings,
      inputTokens,
      outputTokens,
      resting: breaker.open,
      vectorBytes: vectors.bytes,
    }),
    async rotate() {
      const count = await own.reseal()
      if (count > 0) log.info({ count }, 'keys of models were encrypted anew under SECRET_KEY')
    },
  }

  function trialOf(clientId: string, trial: ModelTestRequest): { endpoint: Endpoint; tariff: Tariff } {
    const row = own.row(clientId)
    const named = trial.base_url !== undefined || trial.model !== undefined || trial.api_key !== undefined
    const found = named ? undefined : serving(clientId)
    if (found && !found.unreadable) return found
    if (!named && !found) {
      throw new AppError('invalid_request', 'There is no model to try: name base_url and model, or store them first.')
    }
    if (!config.clientModels) {
      throw new AppError(
        'forbidden',
        'The operator of this installation does not let clients connect models of their own.',
      )
    }
    const baseUrl = own.checkUrl(trial.base_url ?? row?.base_url ?? '')
    const model = trial.model || row?.model
    if (!model) {
      throw new AppError('invalid_request', 'model: is required.', {
        errors: [{ pointer: '#/model', detail: 'is required' }],
      })
    }
    // The stored key goes to the address that it was stored for, and nowhere else.
    const sameServer = row?.base_url && new URL(row.base_url).origin === new URL(baseUrl).origin
    const key = trial.api_key ?? (sameServer ? (own.key(row) ?? '') : '')
    return { endpoint: { baseUrl, model, key, dispatcher: outgoing.dispatcher }, tariff: ownTariff(row) }
  }
}

/** A model that cannot be called. */
function refusing(endpoint: Endpoint, report: (fault: ModelFault, why: ModelWhy) => void): Model {
  return {
    async write() {
      const fault = new ModelFault('key_unreadable')
      const why: ModelWhy = { name: endpoint.model, ms: 0, fallback: fault.reason }
      report(fault, why)
      return { text: '', cited: [], why: { ...why } }
    },
  }
}

/** Made up, so that a trial shows nothing of the client's. */
const trialQuestion = {
  question: 'When does the library open on Saturday?',
  lang: 'en',
  history: [],
  passages: [
    {
      entry: { id: 'trial', kind: 'text' as const, text: '', lang: 'en', title: 'Opening hours of the library' },
      quote: 'On Saturday the library opens at 10:30. It is closed on Sunday.',
    },
  ],
}

const money = (millionths: number) => millionths / 1_000_000
const maybeMoney = (millionths: number | null) => (millionths === null ? null : money(millionths))

const onWire = (row: ModelRow, readable: boolean): NonNullable<ModelSettings['own']> => ({
  base_url: row.base_url,
  model: row.model,
  has_key: row.sealed_key !== '',
  key_hint: row.key_hint,
  key_readable: readable,
  input_price: money(row.input_price),
  output_price: money(row.output_price),
  monthly_tokens: row.monthly_tokens,
  monthly_budget: maybeMoney(row.monthly_budget),
  embedding_model: row.embedding_model,
  updated_at: row.updated_at,
})
