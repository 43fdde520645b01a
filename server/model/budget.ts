/**
 * What models may cost in a UTC month. Before a call the most it can take is held against every ceiling at once; after it what it
 * took is kept and the rest given back, all in one turn of the event loop. So no ceiling is ever passed, whoever races.
 */
import type { CounterDef } from '../store/define.ts'
import { modelCost, modelTokens, ownModelCost, ownModelTokens } from '../store/records.ts'
import { type Change, type Reservation, type Store, settle } from '../store/store.ts'
import { periodOf } from '../usage/period.ts'
import { ModelFault } from './fault.ts'

/** Key under which the cost of all clients together is counted. */
export const everyone = '*'

export interface Tokens {
  input: number
  output: number
}

/** Who pays, what a million tokens cost (in millionths of the currency), and the ceilings; null: none. */
export interface Tariff {
  payer: 'operator' | 'client'
  inputPrice: number
  outputPrice: number
  tokens: number | null
  cost: number | null
  /** Of all clients together. */
  totalCost: number | null
}

export interface Hold {
  /** Tokens beyond what was held are not counted: it was an upper bound. @returns what makes it durable */
  settle(used: Tokens): Change[]
  release(): void
}

export interface Budget {
  /** @throws ModelFault `budget` */
  hold(clientId: string, tariff: Tariff, most: Tokens): Hold
  /** This month's tokens and cost, settled ones only. */
  used(clientId: string, payer: Tariff['payer']): { tokens: number; cost: number }
}

/** Millionths of the currency, rounded up. */
export const costOf = ({ inputPrice, outputPrice }: Tariff, { input, output }: Tokens): number =>
  Math.ceil((input * inputPrice + output * outputPrice) / 1_000_000)

const without = Number.MAX_SAFE_INTEGER
const counters = {
  operator: { tokens: modelTokens, cost: modelCost },
  client: { tokens: ownModelTokens, cost: ownModelCost },
}

export function createBudget({ store, now }: { store: Store; now: () => Date }): Budget {
  const reserve = (def: CounterDef, key: string, period: string, by: number, ceiling: number | null) =>
    store.counter(def).reserve(key, period, by, ceiling ?? without)

  return {
    hold(clientId, tariff, most) {
      const period = periodOf(now())
      const of = counters[tariff.payer]
      const parts = (tokens: Tokens): [CounterDef, string, number, number | null][] => {
        const cost = costOf(tariff, tokens)
        const all: [CounterDef, string, number, number | null][] = [
          [of.tokens, clientId, tokens.input + tokens.output, tariff.tokens],
          [of.cost, clientId, cost, tariff.cost],
        ]
        if (tariff.payer === 'operator') all.push([of.cost, everyone, cost, tariff.totalCost])
        return all.filter(([, , by, ceiling]) => by > 0 || ceiling !== null)
      }
      const held: Reservation[] = []
      const release = () => {
        for (const reservation of held.splice(0)) reservation.release()
      }
      for (const [def, key, by, ceiling] of parts(most)) {
        const reservation = reserve(def, key, period, by, ceiling)
        if (!reservation) {
          release()
          throw new ModelFault('budget')
        }
        held.push(reservation)
      }
      return {
        release,
        settle({ input, output }) {
          release()
          const used = { input: Math.min(input, most.input), output: Math.min(output, most.output) }
          return parts(used).flatMap(([def, key, by]) => {
            const reservation = by > 0 ? reserve(def, key, period, by, null) : null
            return reservation ? [settle(reservation)] : []
          })
        },
      }
    },
    used(clientId, payer) {
      const period = periodOf(now())
      const { tokens, cost } = counters[payer]
      return {
        tokens: store.counter(tokens).value(clientId, period),
        cost: store.counter(cost).value(clientId, period),
      }
    },
  }
}
