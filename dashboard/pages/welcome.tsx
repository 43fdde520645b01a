/**
 * The first minute: a website is named, read before one's eyes, asked three questions from its own pages, and the tag is
 * there to be copied. Where it is stands in the address, so that a reload goes on.
 */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { useLocation } from 'preact-iso'
import type { ChatReply } from '../../server/chat/wire.ts'
import { type ApiError, api, asApiError, type Job, type SampleQuestion, type SitePage } from '../api.ts'
import { remember } from '../browser-store.ts'
import { hasEnded, useJob } from '../job.ts'
import { paths } from '../navigation.ts'
import { refresh, useResource } from '../resource.ts'
import { account, newcomer } from '../session.ts'
import { scriptTag } from '../snippets.ts'
import { count, percent, t } from '../text.ts'
import { Button, ButtonLink } from '../ui/button.tsx'
import { CodeBlock } from '../ui/copy.tsx'
import { EmbedCheck } from '../ui/embed-check.tsx'
import { TextField } from '../ui/field.tsx'
import { useForm } from '../ui/form.ts'
import { Icon } from '../ui/icon.tsx'
import { JobProgress } from '../ui/job-progress.tsx'
import { Markdown } from '../ui/markdown.tsx'
import { Badge, Card, Failed, FormProblem, Loading, Notice, Page } from '../ui/surface.tsx'
import { tagCopiedKey } from './getting-started.tsx'
import { publicOrigin } from './integrate/origin.ts'

export default function Welcome() {
  useEffect(() => {
    newcomer.value = false
  }, [])
  const { query, route } = useLocation()
  const { source, job: jobId } = query
  const begin = (next: { source: string; job: string }) => route(`${paths.welcome}?${new URLSearchParams(next)}`, true)
  return (
    <Page title={t.welcome.title} lead={t.welcome.lead} focusTitle={false} narrow>
      {source && jobId ? <Reading key={jobId} source={source} jobId={jobId} /> : <AskSite onBegin={begin} />}
      <p class="page-foot">
        <a href={paths.overview}>{source ? t.welcome.toOverview : t.welcome.skip}</a>
      </p>
    </Page>
  )
}

/** `www.example.com` is what people type. */
const withScheme = (typed: string) => (/^https?:\/\//i.test(typed) ? typed : `https://${typed}`)

function AskSite({ onBegin }: { onBegin: (next: { source: string; job: string }) => void }) {
  const form = useForm({
    initial: { url: '' },
    check: ({ url }): Record<string, string> => (url.trim() ? {} : { url: t.field.missing }),
    async send({ url }) {
      const { source, job } = await api.addSite({ url: withScheme(url.trim()), schedule: 'weekly' })
      onBegin({ source: source.source_id, job: job!.job_id })
    },
  })
  return (
    <Card accent>
      <form class="stack" onSubmit={form.onSubmit} noValidate>
        <FormProblem problem={form.problem.value} />
        <TextField
          form={form}
          name="url"
          label={t.welcome.site}
          hint={t.welcome.siteHint}
          placeholder="www.example.com"
          autocomplete="url"
          first
        />
        <div class="form-actions">
          <Button kind="primary" type="submit" iconAfter="forward" busy={form.busy.value}>
            {t.welcome.read}
          </Button>
          <ButtonLink kind="quiet" href={paths.newEntry}>
            {t.welcome.byHand}
          </ButtonLink>
        </div>
      </form>
    </Card>
  )
}

function Reading({ source, jobId }: { source: string; jobId: string }) {
  const { route } = useLocation()
  const pages = useSignal<SitePage[]>([])
  const questions = useSignal<SampleQuestion[] | undefined>(undefined)
  const problem = useSignal<ApiError | undefined>(undefined)

  const finish = async (job: Job) => {
    void refresh('profile')
    void refresh('knowledge')
    if (job.state === 'cancelled') return
    try {
      questions.value = (await api.sampleQuestions(source)).data
    } catch (thrown) {
      problem.value = asApiError(thrown)
    }
  }
  const { job, error } = useJob(jobId, job => void finish(job))
  const kept = job?.progress.kept ?? 0
  useEffect(() => {
    if (kept === 0) return
    api.sitePages(source, { state: 'kept', limit: 200 }).then(
      list => {
        pages.value = list.data
      },
      () => {
        // The next number tries again.
      },
    )
  }, [kept])

  if (error) return <Failed error={error} onRetry={() => route(paths.welcome, true)} />
  if (!job) return <Loading lines={3} />
  const over = hasEnded(job)
  const nothing = over && kept === 0
  return (
    <>
      <Card
        title={over ? t.welcome.readDone(kept) : t.welcome.reading}
        aside={
          !over && (
            <Button small onClick={() => api.cancelJob(jobId)}>
              {t.tryBot.stop}
            </Button>
          )
        }
      >
        <JobProgress job={job} unit="pages" />
        {pages.value.length > 0 && (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it.
          <ol class="read-pages" aria-label={t.welcome.pagesRead} tabIndex={0}>
            {[...pages.value].reverse().map(page => (
              <li key={page.url} class="read-page">
                <Icon name="check" size={16} />
                <span>{page.title || page.url}</span>
              </li>
            ))}
          </ol>
        )}
        {nothing && (
          <Notice
            tone="warn"
            actions={
              <Button small onClick={() => route(paths.welcome, true)}>
                {t.welcome.another}
              </Button>
            }
          >
            {job.error || t.welcome.nothing}
          </Notice>
        )}
      </Card>
      {problem.value && <Failed error={problem.value} onRetry={() => void finish(job)} />}
      {questions.value && questions.value.length > 0 && <Asked questions={questions.value} />}
      {over && !nothing && questions.value && <Tag source={source} />}
    </>
  )
}

/** Three questions of the site's own, asked one after another. */
function Asked({ questions }: { questions: SampleQuestion[] }) {
  const replies = useSignal<(ChatReply | undefined)[]>([])
  const problem = useSignal<ApiError | undefined>(undefined)
  useEffect(() => {
    const gone = new AbortController()
    const askAll = async () => {
      for (const [i, { question }] of questions.entries()) {
        const put = (reply: ChatReply) => {
          replies.value = Object.assign([...replies.peek()], { [i]: reply })
        }
        await api.chat({ message: question }, { done: put }, gone.signal)
      }
      void refresh('usage')
    }
    askAll().catch(thrown => {
      const error = asApiError(thrown)
      if (error.code !== 'aborted') problem.value = error
    })
    return () => gone.abort()
  }, [])
  return (
    <Card title={t.welcome.asked} flush>
      <p class="card-lead">{t.welcome.askedText}</p>
      <div class="talk-log" role="log" aria-label={t.tryBot.conversation}>
        {questions.map(({ question }, i) => {
          const reply = replies.value[i]
          if (i > 0 && !replies.value[i - 1]) return null
          return [
            <p key={`q${question}`} class="bubble bubble-visitor">
              {question}
            </p>,
            <div key={`a${question}`} class="bubble bubble-bot" aria-busy={!reply}>
              {reply ? (
                <>
                  <Markdown text={reply.response} />
                  <p class="verdict">
                    {reply.answered && <Badge tone="good">{t.tryBot.answered(percent(reply.confidence))}</Badge>}
                    {reply.sources[0]?.url && (
                      <span class="quiet">{reply.sources[0].title || reply.sources[0].url}</span>
                    )}
                  </p>
                </>
              ) : (
                <span class="thinking">
                  <span class="visually-hidden">{t.tryBot.thinking}</span>
                  <i />
                  <i />
                  <i />
                </span>
              )}
            </div>,
          ]
        })}
      </div>
      <FormProblem problem={problem.value} />
      <p class="card-foot">
        <ButtonLink small href={paths.tryBot} icon="chat">
          {t.welcome.askMore}
        </ButtonLink>
      </p>
    </Card>
  )
}

const siteOf = (url: string | undefined) => (url ? new URL(url).origin : '')

function Tag({ source }: { source: string }) {
  const { client_id } = account.value!
  const bot = useResource('bot', api.botSettings)
  const pages = useResource(`site-count:${source}`, () => api.sitePages(source, { state: 'kept', limit: 1 }))
  const facts = { origin: publicOrigin(bot.data.value?.public_url), clientId: client_id, question: '' }
  return (
    <Card title={t.welcome.tag}>
      <p>{t.integrate.siteText}</p>
      <CodeBlock
        code={scriptTag(facts)}
        label={t.integrate.tag}
        copyLabel={t.integrate.copyTag}
        primary
        wrap
        onCopied={() => remember(tagCopiedKey(client_id), true)}
      />
      <EmbedCheck url={siteOf(pages.data.value?.data[0]?.url)} key={pages.data.value?.data[0]?.url} />
      <p class="quiet">{pages.data.value && t.welcome.knows(count(pages.data.value.total))}</p>
    </Card>
  )
}
