/** One calibrated confidence from what the ranking saw. */
import type { Decision, Ranked } from './types.ts'

/** Confidence from which an answer is given when the client set nothing else. */
export const defaultThreshold = 0.5

/** Confidence that the best of `ranked` answers the question, and whether that is enough. */
export function decide(ranked: readonly Ranked[], _question: string, threshold = defaultThreshold): Decision {
  const best = ranked[0]
  if (!best) return { answered: false, confidence: 0 }
  const f = best.features
  const z = -3.6 + 2.2 * f.content! + 2.4 * f.unit! + 1.2 * f.bm25! + 1 * f.pairs! + 2 * f.margin! + 1 * f.stand!
  const confidence = 1 / (1 + Math.exp(-z))
  return { answered: confidence >= threshold, confidence }
}
