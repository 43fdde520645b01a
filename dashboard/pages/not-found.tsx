import { paths } from '../navigation.ts'
import { t } from '../text.ts'
import { ButtonLink } from '../ui/button.tsx'
import { Page } from '../ui/surface.tsx'

export default function NotFound() {
  return (
    <Page title={t.notFound.title} lead={t.notFound.lead} narrow>
      <div class="row">
        <ButtonLink href={paths.overview} kind="primary">
          {t.notFound.home}
        </ButtonLink>
        <ButtonLink href={paths.knowledge}>{t.nav.knowledge}</ButtonLink>
      </div>
    </Page>
  )
}
