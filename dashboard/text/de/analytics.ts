/** Deutsch: Zahlen über die Zeit. */
import type { Translation } from '../../text.ts'
import type { analytics as en } from '../en/analytics.ts'
import { plural } from './plural.ts'

export const analytics: Translation<typeof en> = {
  analytics: {
    lead: (from, to, beforeFrom, beforeTo) => `${from} bis ${to}, daneben ${beforeFrom} bis ${beforeTo}.`,
    span: 'Zeitraum',
    days: n => `Letzte ${n} Tage`,
    own: 'Eigener Zeitraum',
    empty: 'In diesem Zeitraum hat niemand gefragt',
    emptyText: 'Wählen Sie einen längeren, oder bringen Sie Ihren Bot auf Ihre Website.',
    overall: 'Auf einen Blick',
    answeredRate: 'Beantwortet',
    helpful: 'Fanden es hilfreich',
    median: 'Übliche Wartezeit',
    slow: 'Langsamstes Zwanzigstel',
    ms: n => `${n} ms`,
    s: n => `${n} s`,
    before: value => `vorher: ${value}`,
    byDay: 'Nach Tagen',
    chartLabel: (asked, missed) =>
      `Fragen nach Tagen: ${asked} gestellt, ${missed} nicht beantwortet. Die Zahlen stehen in der Tabelle darunter.`,
    byHour: 'Nach Stunden der Woche',
    byHourText: 'In Ihrer Zeit. Je voller ein Feld, desto mehr wurde gefragt.',
    questions: 'Am häufigsten gefragt',
    missed: n => `${n} nicht beantwortet`,
    topics: 'Themen',
    sources: 'Quellen',
    entriesUsed: (used, all) => `${used} von ${all} Einträgen benutzt`,
    entries: 'Meistbenutzte Einträge',
    languages: 'Sprachen',
    pages: 'Seiten',
    nothing: 'Nichts in diesem Zeitraum.',
    more: n => `${n} weitere zeigen`,
    unused: n => `${plural(n, 'Eintrag', 'Einträge')} in diesem Zeitraum nie benutzt`,
    unusedText: 'Vielleicht fragt niemand danach, oder es braucht andere Wörter.',
    satisfaction: (n, part) => `${n} Bewertungen von Besuchern, davon ${part} gut. Tage zählen nach UTC.`,
  },
}
