/** The languages of the portal, each by its own name. */
import { chooseLanguage, type Language, language, languageNames, t } from '../text.ts'
import { Select } from './choice.tsx'

export function LanguageSwitch() {
  return (
    <Select
      label={t.language}
      value={language}
      options={languageNames.map(({ value, name }) => ({ value, label: name }))}
      onChange={next => chooseLanguage(next as Language)}
    />
  )
}
