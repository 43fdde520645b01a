/** Recall, separation, balanced score and calibration of decided observations, as means over kinds of knowledge base. */
import type { Observation } from './observe.ts'

export interface Decided {
  o: Observation
  right: boolean
  confidence: number
}

export interface Figures {
  recall1: number
  auroc: number
  right: number
  refuse: number
  /** Mean of the share of answerable questions answered rightly and the share of the others refused. */
  score: number
}

/** One wording (clean or noisy), mean over kinds of knowledge base. */
export function figures(decided: Decided[], threshold: number): Figures & { byGroup: Record<string, Figures> } {
  const clients = groupBy(decided, d => d.o.client)
  const byGroup: Record<string, Figures[]> = {}
  for (const rows of clients.values()) {
    const yes = rows.filter(r => r.o.answerable)
    const no = rows.filter(r => !r.o.answerable)
    const right = share(yes, r => r.right && r.confidence >= threshold)
    const refuse = share(no, r => r.confidence < threshold)
    const group = (byGroup[rows[0]!.o.group] ??= [])
    group.push({ recall1: share(yes, r => r.right), auroc: auroc(yes, no), right, refuse, score: (right + refuse) / 2 })
  }
  const groups = Object.fromEntries(Object.entries(byGroup).map(([group, list]) => [group, mean(list)]))
  return { ...mean(Object.values(groups)), byGroup: groups }
}

/** The threshold that gives the best balanced score over all. */
export function bestThreshold(decided: Decided[]): number {
  let best = { score: 0, threshold: 0.5 }
  for (let threshold = 0.3; threshold < 0.8; threshold += 0.01) {
    const score = [false, true].reduce(
      (sum, noisy) =>
        sum +
        figures(
          decided.filter(d => d.o.noisy === noisy),
          threshold,
        ).score,
      0,
    )
    if (score > best.score) best = { score, threshold }
  }
  return Math.round(best.threshold * 100) / 100
}

/** Ten bins of confidence: how sure, how often right, and how many; `gap` is the weighted mean of the difference. */
export function calibration(decided: Decided[]): {
  gap: number
  bins: { sure: number; right: number; share: number }[]
} {
  const bins: { sure: number; right: number; share: number }[] = []
  let gap = 0
  for (let k = 0; k < 10; k++) {
    const rows = decided.filter(d => Math.min(9, Math.floor(d.confidence * 10)) === k)
    const bin = {
      sure: rows.reduce((sum, r) => sum + r.confidence, 0) / (rows.length || 1),
      right: share(rows, r => r.right),
      share: rows.length / decided.length,
    }
    bins.push(bin)
    gap += Math.abs(bin.sure - bin.right) * bin.share
  }
  return { gap, bins }
}

/** Probability that an answerable question gets more confidence than another. */
function auroc(yes: Decided[], no: Decided[]): number {
  const all = [...yes, ...no].sort((x, y) => x.confidence - y.confidence)
  let ranks = 0
  for (let i = 0; i < all.length; ) {
    let j = i
    while (j < all.length && all[j]!.confidence === all[i]!.confidence) j++
    for (let k = i; k < j; k++) if (all[k]!.o.answerable) ranks += (i + 1 + j) / 2
    i = j
  }
  return (ranks - (yes.length * (yes.length + 1)) / 2) / (yes.length * no.length)
}

const share = <T>(rows: T[], test: (row: T) => boolean) => (rows.length ? rows.filter(test).length / rows.length : 0)

function mean(list: Figures[]): Figures {
  const sum = (pick: (f: Figures) => number) => list.reduce((total, f) => total + pick(f), 0) / list.length
  return {
    recall1: sum(f => f.recall1),
    auroc: sum(f => f.auroc),
    right: sum(f => f.right),
    refuse: sum(f => f.refuse),
    score: sum(f => f.score),
  }
}

function groupBy<T>(rows: T[], key: (row: T) => string): Map<string, T[]> {
  const out = new Map<string, T[]>()
  for (const row of rows) {
    const list = out.get(key(row))
    if (list) list.push(row)
    else out.set(key(row), [row])
  }
  return out
}
