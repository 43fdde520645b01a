/** Why an answer came about: how sure the bot was, how sure it had to be, and what it looked at. */
import { api } from '../../api.ts'
import { paths } from '../../navigation.ts'
import { useResource } from '../../resource.ts'
import { decimal, percent, t } from '../../text.ts'
import { Badge, Failed, Loading } from '../../ui/surface.tsx'

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
      {data.model && <p>{t.why.model(String(data.model.model ?? ''))}</p>}
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
    </div>
  )
}
