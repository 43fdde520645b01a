/** Health for people, probes and Prometheus. */
import { z } from '@hono/zod-openapi'
import type { Context, Hono } from 'hono'
import { Gauge, Registry } from 'prom-client'
import { apiHeaders, setHeaders } from '../http/headers.ts'
import { route } from '../http/route.ts'
import type { Library } from '../knowledge/library.ts'
import type { SenderStatus } from '../mail/sender.ts'
import type { Models } from '../model/models.ts'
import type { Store } from '../store/store.ts'

const Health = z
  .object({
    status: z.enum(['ok', 'degraded']),
    timestamp: z.string(),
    version: z.string(),
    components: z.record(z.string(), z.string()),
  })
  .openapi('Health')

export interface ProbeDeps {
  app: Hono
  known(method: 'GET', path: string): void
  store: Store
  library: Library
  models: Models
  mail(): SenderStatus | null
}

/** GET /api/health. */
export function statusRoutes(deps: { store: Store; now: () => Date; version: string; mail(): SenderStatus | null }) {
  const { store, now, version } = deps
  return {
    health: route<undefined, undefined, undefined, undefined>({
      summary: 'Health',
      description: 'Touches nothing. `degraded`: reads and answers from memory go on, writes are refused.',
      tag: 'Operation',
      replies: { 200: { description: 'How it is', schema: Health } },
      handle() {
        const { ready, reason } = store.status()
        const mail = deps.mail()
        return {
          body: {
            status: ready ? 'ok' : 'degraded',
            timestamp: now().toISOString(),
            version,
            components: {
              server: 'ok',
              store: ready ? 'ok' : `not writable: ${reason ?? 'unknown'}`,
              // What the mail server said is for the operator alone: it stands in the log and in outbox.csv.
              ...(mail && {
                mail: mail.resting ? `waiting: ${mail.waiting} mails, the mail server is not usable` : 'ok',
              }),
            },
          },
        }
      },
    }),
  }
}

/** Probes and metrics: plain text, outside the API. */
export function mountProbes({ app, known, store, library, models, mail }: ProbeDeps): void {
  const metrics = createMetrics(store, library, models, mail)
  const get = (path: string, handler: (c: Context) => Response | Promise<Response>) => {
    known('GET', path)
    app.get(path, c => {
      setHeaders(c, apiHeaders)
      return handler(c)
    })
  }

  get('/livez', c => c.text('ok'))
  get('/readyz', c => {
    const { ready, reason } = store.status()
    return ready ? c.text('ready') : c.text(`not ready: ${reason ?? 'unknown'}`, 503)
  })
  // Volumes are the operator's business: only a caller on this machine that came straight here may read them.
  get('/metrics', async c => {
    const env = c.env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined
    const peer = env?.incoming?.socket?.remoteAddress ?? ''
    const direct = !c.req.header('x-forwarded-for') && !c.req.header('forwarded')
    if (!direct || !/^(?:::ffff:)?127\.|^::1$/.test(peer)) return c.notFound()
    return c.text(await metrics.metrics(), 200, { 'Content-Type': metrics.contentType })
  })
}

function createMetrics(store: Store, library: Library, models: Models, mail: ProbeDeps['mail']): Registry {
  const registry = new Registry()
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name: `parley_${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(read())
      },
    })
  gauge('store_ready', '1 while writes are accepted', () => Number(store.status().ready))
  gauge('store_commits', 'Commits since the start', () => store.status().commits)
  gauge('store_syncs', 'File syncs of the journal since the start', () => store.status().syncs)
  gauge('store_journal_bytes', 'Bytes in the journal', () => store.status().journalBytes)
  gauge('store_cached_bytes', 'Bytes of knowledge in memory', () => store.status().cachedBytes)
  gauge('index_count', 'Search indexes in memory', () => library.status().indexes)
  gauge('index_bytes', 'Bytes of search indexes in memory', () => library.status().bytes)
  gauge('model_input_tokens', 'Tokens sent to models since the start', () => models.status().inputTokens)
  gauge('model_output_tokens', 'Tokens written by models since the start', () => models.status().outputTokens)
  gauge('model_resting', 'Model servers left alone after failures', () => models.status().resting)
  new Gauge({
    name: 'parley_model_calls',
    help: 'Calls of models since the start, by outcome: ok, or why the passage answered instead',
    labelNames: ['outcome'],
    registers: [registry],
    collect() {
      for (const [outcome, count] of models.status().calls) this.set({ outcome }, count)
    },
  })
  new Gauge({
    name: 'parley_embedding_calls',
    help: 'Embedding runs since the start, by outcome: ok, or why words alone ranked',
    labelNames: ['outcome'],
    registers: [registry],
    collect() {
      for (const [outcome, count] of models.status().embeddings) this.set({ outcome }, count)
    },
  })
  gauge('vector_bytes', 'Bytes of vectors in memory', () => models.status().vectorBytes)
  if (mail()) {
    const of = (read: (status: SenderStatus) => number) => () => read(mail()!)
    gauge(
      'mail_waiting',
      'Mails that wait to be sent',
      of(status => status.waiting),
    )
    gauge(
      'mail_failed',
      'Mails given up in the last 30 days; outbox.csv says why',
      of(status => status.failed),
    )
    gauge(
      'mail_sent',
      'Mails sent since the start',
      of(status => status.sent),
    )
    gauge(
      'mail_dropped',
      'Mails that found no place since the start',
      of(status => status.dropped),
    )
    gauge(
      'mail_resting',
      '1 while the mail server cannot be used',
      of(status => Number(status.resting !== '')),
    )
  }
  gauge('process_resident_bytes', 'Resident memory', () => process.memoryUsage.rss())
  return registry
}
