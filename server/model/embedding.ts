/** The embeddings protocol (POST /embeddings) as OpenAI, Ollama, vLLM, llama.cpp and LM Studio speak it. */
import { ModelFault } from './fault.ts'
import { createDeadline, type Endpoint, post, readJson } from './transport.ts'

export interface Embedded {
  /** In the order of the texts, all of one length. */
  vectors: Float32Array[]
  /** As the server counted; absent when it did not. */
  tokens?: number
}

const maxDimensions = 8192
/** Bytes of reply for one text; a component takes about twenty. */
const maxBytesEach = maxDimensions * 32

/** @throws ModelFault */
export async function embed(
  endpoint: Endpoint,
  texts: readonly string[],
  { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal },
): Promise<Embedded> {
  const deadline = createDeadline(timeoutMs, timeoutMs, signal)
  try {
    const body = { model: endpoint.model, input: texts, encoding_format: 'float' }
    const response = await post(endpoint, '/embeddings', body, deadline.signal)
    const reply = await readJson(response, maxBytesEach * texts.length + 4096, deadline.signal)
    return vectorsOf(reply, texts.length)
  } finally {
    deadline.end()
  }
}

function vectorsOf(reply: unknown, count: number): Embedded {
  const { data, usage } = (reply ?? {}) as { data?: unknown; usage?: { prompt_tokens?: unknown } }
  if (!Array.isArray(data) || data.length !== count) throw new ModelFault('bad_json')
  const vectors = new Array<Float32Array>(count)
  for (const [at, item] of data.entries()) {
    const { embedding, index = at } = (item ?? {}) as { embedding?: unknown; index?: unknown }
    if (!Array.isArray(embedding) || embedding.length === 0 || embedding.length > maxDimensions) {
      throw new ModelFault('bad_json')
    }
    if (typeof index !== 'number' || !(index in data) || vectors[index]) throw new ModelFault('bad_json')
    const vector = Float32Array.from(embedding)
    // NaN where a component was no number.
    if (!vector.every(Number.isFinite) || vector.every(x => x === 0)) throw new ModelFault('bad_json')
    vectors[index] = vector
  }
  if (vectors.some(vector => vector.length !== vectors[0]!.length)) throw new ModelFault('bad_json')
  const tokens = usage?.prompt_tokens
  return { vectors, ...(Number.isSafeInteger(tokens) && (tokens as number) >= 0 && { tokens: tokens as number }) }
}
