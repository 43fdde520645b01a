/** A secret key in full: shown once, with the way to keep it. */
import { firstKey } from '../session.ts'
import { t } from '../text.ts'
import { Button } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy.tsx'
import { Card } from '../ui/surface.tsx'

/** The whole key, this once. */
export function Secret({ secret }: { secret: string }) {
  return (
    <div class="secret">
      <code class="mono">{secret}</code>
      <CopyButton text={secret} label={t.secret.copy} kind="primary" />
    </div>
  )
}

/** The key made at registration, until the person says it is noted. */
export function FirstKey({ secret }: { secret: string }) {
  return (
    <Card
      title={t.secret.firstTitle}
      accent
      aside={
        <Button
          small
          kind="quiet"
          onClick={() => {
            firstKey.value = null
          }}
        >
          {t.secret.noted}
        </Button>
      }
    >
      <p>{t.secret.firstText}</p>
      <Secret secret={secret} />
    </Card>
  )
}
