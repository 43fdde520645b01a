/** English: figures over time. */
import { plural } from './plural.ts'

export const analytics = {
  analytics: {
    lead: (from: string, to: string, beforeFrom: string, beforeTo: string) =>
      `${from} to ${to}, beside ${beforeFrom} to ${beforeTo}.`,
    span: 'Span',
    days: (n: string) => `Last ${n} days`,
    own: 'Own span',
    empty: 'Nobody asked anything in this span',
    emptyText: 'Choose a longer one, or put your bot on your website.',
    overall: 'At a glance',
    answeredRate: 'Answered',
    helpful: 'Found helpful',
    median: 'Usual wait',
    slow: 'Slowest twentieth',
    ms: (n: string) => `${n} ms`,
    s: (n: string) => `${n} s`,
    before: (value: string) => `before: ${value}`,
    byDay: 'By day',
    chartLabel: (asked: string, missed: string) =>
      `Questions by day: ${asked} asked, ${missed} not answered. The numbers are in the table below.`,
    byHour: 'By hour of the week',
    byHourText: 'In your time. The fuller a field, the more was asked.',
    questions: 'Asked most often',
    missed: (n: string) => `${n} not answered`,
    topics: 'Topics',
    sources: 'Sources',
    entriesUsed: (used: string, all: string) => `${used} of ${all} entries used`,
    entries: 'Entries used most',
    languages: 'Languages',
    pages: 'Pages',
    nothing: 'Nothing in this span.',
    more: (n: string) => `Show ${n} more`,
    unused: (n: number) => `${plural(n, 'entry', 'entries')} never used in this span`,
    unusedText: 'Perhaps nobody asks for them, or they need other words.',
    satisfaction: (n: string, part: string) =>
      `${n} ratings by visitors, ${part} of them good. Days are counted in UTC.`,
  },
}
