/** Pairs of entries that repeat or contradict each other, side by side with what differs marked. */
import { useEffect, useRef } from 'preact/hooks'
import { api, type KnowledgeEntry, type ReviewPair } from '../../api.ts'
import { decided } from '../../attention.ts'
import { difference } from '../../difference.ts'
import { useAddressFilter } from '../../filter.ts'
import { paths } from '../../navigation.ts'
import { useResource } from '../../resource.ts'
import { ago, t } from '../../text.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { Marked } from '../../ui/difference.tsx'
import { Pager } from '../../ui/pager.tsx'
import { Badge, Empty, Failed, Loading } from '../../ui/surface.tsx'
import { away, undoable } from '../../undoing.ts'
import { focusAfter } from './page.tsx'

const pageSize = 10

export function Pairs() {
  const { page, addressOf, change } = useAddressFilter(paths.review, {})
  const list = useResource(`review:${page}`, () => api.duplicates({ page, limit: pageSize }))
  const element = useRef<HTMLOListElement>(null)
  const data = list.data.value
  const pairs = data?.data.filter(pair => !away.value.has(keyOf(pair))) ?? []
  // The last pair of the last page is decided: back to the first.
  useEffect(() => {
    if (data && page > data.pages) change({}, true)
  }, [data])
  return (
    <>
      {list.error.value && <Failed error={list.error.value} onRetry={list.reload} />}
      {!data && !list.error.value && <Loading lines={6} />}
      {data && data.total === 0 && (
        <Empty icon="check" title={t.review.noPairs}>
          {t.review.noPairsText}
        </Empty>
      )}
      {data && data.total > 0 && (
        <>
          <p class="quiet">{t.review.of(data.contradictions, data.duplicates)}</p>
          <ol class="stack review-list" ref={element}>
            {pairs.map((pair, index) => (
              <Pair key={keyOf(pair)} pair={pair} onDecided={() => focusAfter(element.current, index)} />
            ))}
          </ol>
          <Pager page={data.page} pages={data.pages} addressOf={addressOf} />
        </>
      )}
    </>
  )
}

const keyOf = (pair: ReviewPair) => `pair:${pair.entries.map(entry => entry.id).join(' ')}`
const nameOf = (entry: KnowledgeEntry) => entry.question || entry.title || entry.content.slice(0, 120)
/** Case and punctuation make no other question. */
const asAsked = (question: string) =>
  question
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\d]+/gu, ' ')
    .trim()

function Pair({ pair, onDecided }: { pair: ReviewPair; onDecided: () => void }) {
  const [a, b] = pair.entries as [KnowledgeEntry, KnowledgeEntry]
  const contents = difference(a.content, b.content)
  const names = difference(nameOf(a), nameOf(b), true)
  // Two names with nothing in common differ as a whole, which is plain to see.
  const marksNames = names[0].some(piece => piece.same && /\p{L}/u.test(piece.text))
  const decide = (text: string, run: Parameters<typeof undoable>[0]['run']) => {
    void undoable({ hides: keyOf(pair), run, text, stale: decided })
    onDecided()
  }
  const settle = () =>
    decide(t.review.settled, async () => {
      await api.settlePair([a.id, b.id], true)
      return () => api.settlePair([a.id, b.id], false)
    })
  return (
    <li class="card pair">
      <div class="card-head">
        <h2 class="review-head" tabIndex={-1}>
          <Badge tone={pair.kind === 'contradiction' ? 'warn' : 'info'}>{t.review[pair.kind]}</Badge>{' '}
          <span>{t.review.causes[pair.cause]}</span>
        </h2>
      </div>
      <div class="sides">
        {([a, b] as const).map((entry, side) => {
          const other = side === 0 ? b : a
          const asksElse = other.question !== '' && asAsked(other.question) !== asAsked(entry.question)
          const named = entry.question || entry.title
          return (
            <div key={entry.id} class="side">
              {named && <div class="side-name">{marksNames ? <Marked pieces={names[side]!} /> : <p>{named}</p>}</div>}
              <Marked pieces={contents[side]!} />
              {pair.figures[side]!.length > 0 && (
                <p class="side-figures">{t.review.onlyHere(pair.figures[side]!.join(', '))}</p>
              )}
              <p class="entry-facts">
                {entry.category && <Badge>{entry.category}</Badge>}
                {entry.source && <span>{entry.source}</span>}
                <time dateTime={entry.updated_at}>{t.review.changedAt(ago(entry.updated_at))}</time>
              </p>
              <div class="side-actions">
                <Button
                  small
                  icon="check"
                  aria-label={t.review.keepNamed(nameOf(entry))}
                  onClick={() => decide(t.review.kept, () => api.bulk({ action: 'delete', ids: [other.id] }))}
                >
                  {t.review.keep}
                </Button>
                {asksElse && (
                  <Button
                    small
                    aria-label={t.review.keepBothNamed(nameOf(entry))}
                    onClick={() => decide(t.review.merged, () => api.mergeEntries(entry.id, other.id))}
                  >
                    {t.review.keepBoth}
                  </Button>
                )}
                <ButtonLink
                  small
                  kind="quiet"
                  icon="edit"
                  href={paths.entry(entry.id)}
                  label={t.review.editNamed(nameOf(entry))}
                >
                  {t.review.edit}
                </ButtonLink>
              </div>
            </div>
          )
        })}
      </div>
      <div class="pair-both">
        <Button small onClick={settle}>
          {t.review.bothRight}
        </Button>
      </div>
    </li>
  )
}
