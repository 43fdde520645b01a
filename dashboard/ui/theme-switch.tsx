/** Light, dark, or as the system says. */
import { t } from '../text.ts'
import { chooseTheme, themeChoice } from '../theme.ts'
import { Icon, type IconName } from './icon.tsx'

export const themes: { value: typeof themeChoice.value; icon: IconName; label: string }[] = [
  { value: 'system', icon: 'screen', label: t.theme.system },
  { value: 'light', icon: 'sun', label: t.theme.light },
  { value: 'dark', icon: 'moon', label: t.theme.dark },
]

export function ThemeSwitch() {
  return (
    <fieldset class="theme-switch">
      <legend class="visually-hidden">{t.theme.label}</legend>
      {themes.map(choice => (
        <button
          key={choice.value}
          type="button"
          aria-pressed={themeChoice.value === choice.value}
          aria-label={choice.label}
          title={choice.label}
          onClick={() => chooseTheme(choice.value)}
        >
          <Icon name={choice.icon} size={16} />
        </button>
      ))}
    </fieldset>
  )
}
