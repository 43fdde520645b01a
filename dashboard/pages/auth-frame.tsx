/** The frame of the pages outside: what Parley does on one side, the form on the other. */
import type { ComponentChildren } from 'preact'
import { t } from '../text.ts'
import { Mark } from '../ui/icon.tsx'
import { LanguageSwitch } from '../ui/language-switch.tsx'
import { Page } from '../ui/surface.tsx'
import { ThemeSwitch } from '../ui/theme-switch.tsx'

export function AuthFrame({
  title,
  lead,
  moved = false,
  children,
}: {
  title: string
  lead?: ComponentChildren
  /** It took the place of a form: its title gets the focus, so that a screen reader says what became of it. */
  moved?: boolean
  children: ComponentChildren
}) {
  return (
    <div class="auth">
      <aside class="auth-scene" aria-label={t.scene.label}>
        <div class="auth-brand">
          <Mark size={34} />
          <span>{t.product}</span>
        </div>
        <p class="auth-promise">{t.scene.promise}</p>
        <div class="scene-talk">
          <p class="scene-asks">{t.scene.question}</p>
          <p class="scene-answers">
            {t.scene.answer}
            <span class="scene-source">{t.scene.source}</span>
          </p>
          <p class="scene-asks">{t.scene.hardQuestion}</p>
          <p class="scene-answers">{t.scene.honest}</p>
        </div>
      </aside>
      <main class="auth-form" id="content">
        <Page title={title} lead={lead} focusTitle={moved}>
          {children}
        </Page>
        <div class="auth-foot">
          <ThemeSwitch />
          <LanguageSwitch />
        </div>
      </main>
    </div>
  )
}
