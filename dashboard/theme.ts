/** Light, dark or as the system says. `public/theme.js` sets the same attribute before the first paint. */
import { effect, signal } from '@preact/signals'
import { forget, recall, remember } from './browser-store.ts'

export type ThemeChoice = 'system' | 'light' | 'dark'

const key = 'parley:theme'
const systemIsDark = matchMedia('(prefers-color-scheme: dark)')
const stored = recall<string>(key, raw => raw)

/** What the person chose; `system` until they do. */
export const themeChoice = signal<ThemeChoice>(stored === 'light' || stored === 'dark' ? stored : 'system')
const systemDark = signal(systemIsDark.matches)
systemIsDark.addEventListener?.('change', event => {
  systemDark.value = event.matches
})

effect(() => {
  const dark = themeChoice.value === 'dark' || (themeChoice.value === 'system' && systemDark.value)
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
})

export function chooseTheme(choice: ThemeChoice): void {
  themeChoice.value = choice
  if (choice === 'system') forget(key)
  else remember(key, choice, value => value)
}
