/** To the page before and the page after. */
import { count, t } from '../text.ts'
import { ButtonLink } from './button.tsx'

export function Pager({
  page,
  pages,
  addressOf,
}: {
  page: number
  pages: number
  addressOf: (page: number) => string
}) {
  if (pages <= 1) return null
  return (
    <nav class="pager" aria-label={t.pager.label}>
      {page > 1 ? (
        <ButtonLink small href={addressOf(page - 1)} icon="back">
          {t.pager.previous}
        </ButtonLink>
      ) : (
        <span />
      )}
      <span>{t.pager.position(count(page), count(pages))}</span>
      {page < pages ? (
        <ButtonLink small href={addressOf(page + 1)} iconAfter="forward">
          {t.pager.next}
        </ButtonLink>
      ) : (
        <span />
      )}
    </nav>
  )
}
