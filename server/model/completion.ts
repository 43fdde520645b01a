/**
 * The chat-completions protocol (POST /chat/completions) as OpenAI, Ollama, vLLM, llama.cpp, LM Studio and OpenRouter speak it: a stream of events
 * where the server streams, one JSON document where it does not. Servers differ in a few members of the request; what one
 * of them refuses is left out or renamed, and remembered.
 */
import { createParser } from 'eventsource-parser'
import { z } from 'zod'
import { harmless, ModelFault } from './fault.ts'
import { createDeadline, discard, type Endpoint, pieces, post, readJson } from './transport.ts'

export interface Message {
  role: 'system' | 'user'
  content: string
}

export interface CompletionLimits {
  maxTokens: number
  /** Milliseconds until the first words. */
  firstMs: number
  /** Milliseconds for everything. */
  totalMs: number
  /** Bytes of reply. Default 256 KiB. */
  maxBytes?: number
}

export interface Completion {
  /** As the server counted; absent when it did not. */
  usage?: { input: number; output: number }
  /** The reply reached `maxTokens`, so its last sentence is not whole. */
  truncated: boolean
  /** Milliseconds until the first words. */
  firstMs: number
}

const maxReplyBytes = 256 * 1024
const maxReplyChars = 40_000

const Count = z.number().int().min(0).max(1e9)
const UsageShape = z.object({ prompt_tokens: Count, completion_tokens: Count.default(0) })
const Chunk = z.object({
  choices: z
    .array(
      z.object({
        delta: z.object({ content: z.string().nullish() }).nullish(),
        message: z.object({ content: z.string().nullish() }).nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish(),
  usage: z.unknown().optional(),
  error: z.unknown().optional(),
})

/** Members of the request that not every server takes. */
interface Dialect {
  maxTokens: 'max_tokens' | 'max_completion_tokens'
  temperature: boolean
  usage: boolean
}

const usual: Dialect = { maxTokens: 'max_tokens', temperature: true, usage: true }
/** By base URL and model; a few hundred at most, the oldest forgotten. */
const dialects = new Map<string, Dialect>()

/**
 * Asks a model and hands its words to `onText` as they come. Whatever `onText` throws ends the call.
 * @throws ModelFault
 */
export async function complete(
  endpoint: Endpoint,
  messages: Message[],
  limits: CompletionLimits,
  onText: (text: string) => void,
  caller?: AbortSignal,
): Promise<Completion> {
  const startedAt = performance.now()
  const deadline = createDeadline(limits.firstMs, limits.totalMs, caller)
  const { signal } = deadline
  const reply: Reply = { chars: 0, finish: undefined, usage: undefined }
  let firstMs = 0
  const take = (text: string) => {
    if (text === '') return
    if (reply.chars === 0) {
      firstMs = Math.round(performance.now() - startedAt)
      deadline.arrived()
    }
    reply.chars += text.length
    if (reply.chars > maxReplyChars) throw new ModelFault('too_large')
    onText(text)
  }
  try {
    const response = await ask(endpoint, messages, limits.maxTokens, signal)
    const type = response.headers.get('content-type') ?? ''
    const maxBytes = limits.maxBytes ?? maxReplyBytes
    if (/^text\/event-stream\b/i.test(type)) await readStream(pieces(response, maxBytes, signal), reply, take)
    else if (/^application\/(?:[\w.-]+\+)?json\b/i.test(type))
      readChunk(chunkOf(await readJson(response, maxBytes, signal)), reply, take)
    else {
      discard(response)
      throw new ModelFault('wrong_type', { detail: harmless(type) })
    }
    if (reply.finish === 'content_filter') throw new ModelFault('filtered')
    if (reply.chars === 0) throw new ModelFault('empty')
    return { truncated: reply.finish === 'length', firstMs, ...(reply.usage && { usage: reply.usage }) }
  } finally {
    deadline.end()
  }
}

interface Reply {
  chars: number
  finish: string | undefined
  usage: { input: number; output: number } | undefined
}

async function ask(endpoint: Endpoint, messages: Message[], maxTokens: number, signal: AbortSignal) {
  const id = `${endpoint.baseUrl} ${endpoint.model}`
  for (;;) {
    const dialect = dialects.get(id) ?? usual
    const body = {
      model: endpoint.model,
      messages,
      stream: true,
      [dialect.maxTokens]: maxTokens,
      ...(dialect.temperature && { temperature: 0 }),
      ...(dialect.usage && { stream_options: { include_usage: true } }),
    }
    try {
      return await post(endpoint, '/chat/completions', body, signal)
    } catch (error) {
      const other = error instanceof ModelFault && adapted(dialect, error)
      if (!other) throw error
      dialects.delete(id)
      dialects.set(id, other)
      if (dialects.size > 300) dialects.delete(dialects.keys().next().value as string)
    }
  }
}

/** The dialect without what the server says it does not take; each step can be made once, so this ends. */
function adapted(dialect: Dialect, { status, detail }: ModelFault): Dialect | undefined {
  if (status !== 400 && status !== 422) return undefined
  if (dialect.maxTokens === 'max_tokens' && /\bmax_(?:completion_)?tokens\b/.test(detail))
    return { ...dialect, maxTokens: 'max_completion_tokens' }
  if (dialect.temperature && /\btemperature\b/.test(detail)) return { ...dialect, temperature: false }
  if (dialect.usage && /\bstream_options\b|\binclude_usage\b/.test(detail)) return { ...dialect, usage: false }
  return undefined
}

async function readStream(stream: AsyncIterable<string>, reply: Reply, take: (text: string) => void): Promise<void> {
  let done = false
  const parser = createParser({
    onEvent({ data }) {
      if (done) return
      if (data.trim() === '[DONE]') done = true
      else readChunk(chunkOf(parsed(data)), reply, take)
    },
  })
  try {
    for await (const piece of stream) {
      parser.feed(piece)
      if (done) return
    }
  } catch (error) {
    // The reply is whole; only the farewell was lost.
    if (reply.finish !== undefined && error instanceof ModelFault && error.reason === 'cut') return
    throw error
  }
  if (reply.finish === undefined) throw new ModelFault('cut')
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data)
  } catch {
    throw new ModelFault('bad_json')
  }
}

function chunkOf(value: unknown): z.infer<typeof Chunk> {
  const result = Chunk.safeParse(value)
  if (!result.success) throw new ModelFault('bad_json')
  return result.data
}

function readChunk(chunk: z.infer<typeof Chunk>, reply: Reply, take: (text: string) => void): void {
  if (chunk.error) {
    const { message } = chunk.error as { message?: unknown }
    throw new ModelFault('server_error', { detail: harmless(typeof message === 'string' ? message : '') })
  }
  const usage = UsageShape.safeParse(chunk.usage)
  if (usage.success) reply.usage = { input: usage.data.prompt_tokens, output: usage.data.completion_tokens }
  const choice = chunk.choices?.[0]
  if (!choice) {
    if (!chunk.choices && !usage.success) throw new ModelFault('bad_json')
    return
  }
  take(choice.delta?.content ?? choice.message?.content ?? '')
  if (choice.finish_reason) reply.finish = choice.finish_reason
}
