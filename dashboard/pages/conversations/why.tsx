/** Why an answer came about: how sure the bot was, how sure it had to be, and what it looked at. */
import { api, type Why } from '../../api.ts'
import { paths } from '../../navigation.ts'
import { useResource } from '../../resource.ts'
import { count, decimal, percent, t } from '../../text.ts'
import { Badge, Failed, Loading } from '../../ui/surface.tsx'

type ModelWhy = NonNullable<Why['model']>

/** What a model was asked, and what became of its words. */
function ModelView({ model }: { model: ModelWhy }) {
  const { name, prompt, tokens, ms, dropped, fallback, detail } = model as {
    name?: string
    prompt?: string
    tokens?: { input: number; output: number }
    ms?: number
    dropped?: { sentence: string; why: string }[]
    fallback?: string
    detail?: string
  }
  return (
    <>
      <p>
        {fallback ? t.why.fallback(name ?? '') : t.why.model(name ?? '')}
        {tokens && ` ${t.why.tokens(count(tokens.input), count(tokens.output), count(ms ?? 0))}`}
      </p>
      {fallback && detail && <p class="quiet">{detail}</p>}
      {dropped && dropped.length > 0 && (
        <>
          <p>{t.why.dropped}</p>
          <ul class="bullets">
            {dropped.map(one => (
              <li key={one.sentence}>{one.sentence}</li>
            ))}
          </ul>
        </>
      )}
      {prompt && (
        <details>
          <summary>{t.why.prompt}</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it. */}
          <pre class="why-prompt" tabIndex={0}>
            {prompt}
          </pre>
        </details>
      )}
    </>
  )
}

export function WhyView({ id }: { id: string }) {
  const why = useResource(`why:${id}`, () => api.why(id))
  const data = why.data.value
  if (why.error.value) return <Failed error={why.error.value} onRetry={why.reload} />
  if (!data) return <Loading lines={2} />
  const best = data.passages[0]?.score ?? 1
  return (
    <div class="why-body">
      <p>
        {data.threshold === null
          ? t.why.sure(percent(data.confidence))
          : data.confidence >= data.threshold
            ? t.why.enough(percent(data.confidence), percent(data.threshold))
            : t.why.notEnough(percent(data.confidence), percent(data.threshold))}
      </p>
      {data.follow_up && <p>{t.why.followUp}</p>}
      {data.passages.length === 0 ? (
        <p class="quiet">{t.why.nothing}</p>
      ) : (
        <ol class="why-list">
          {data.passages.map(passage => (
            <li key={passage.id} class="why-item">
              <p class="row">
                {passage.now === 'gone' ? (
                  <b>{passage.title || t.tryBot.untitled}</b>
                ) : (
                  <a href={paths.entry(passage.id)}>{passage.title || t.tryBot.untitled}</a>
                )}
                {passage.cited && <Badge tone="good">{t.why.cited}</Badge>}
                {passage.now !== 'same' && <Badge tone="warn">{t.why.now[passage.now]}</Badge>}
                <span class="quiet">{t.why.score(decimal((10 * passage.score) / (best || 1)))}</span>
              </p>
              <p class="entry-text">{passage.text}</p>
            </li>
          ))}
        </ol>
      )}
      {data.model && <ModelView model={data.model} />}
      {Object.keys(data.features).length > 0 && (
        <details>
          <summary>{t.why.features}</summary>
          <dl class="why-features">
            {Object.entries(data.features).map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{decimal(Math.round(value * 1000) / 1000)}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </div>
  )
}
