/** Deutsch: was gesagt wurde. */
import type { Translation } from '../../text.ts'
import type { conversations as en } from '../en/conversations.ts'
import { plural } from './plural.ts'

export const conversations: Translation<typeof en> = {
  talks: {
    lead: 'Was Besucher gefragt haben und was sie zur Antwort bekamen.',
    search: 'Suchen, was Besucher schrieben',
    export: 'Als CSV herunterladen',
    answered: 'Antworten',
    all: 'Alle Antworten',
    allAnswered: 'Alles beantwortet',
    someNot: 'Etwas blieb offen',
    rating: 'Bewertung',
    anyRating: 'Jede Bewertung',
    liked: 'hilfreich',
    disliked: 'nicht hilfreich',
    lang: 'Sprache',
    anyLang: 'Alle Sprachen',
    from: 'Von',
    to: 'Bis',
    counting: 'Ältere Gespräche werden noch gezählt.',
    found: n => plural(n, 'Gespräch', 'Gespräche'),
    empty: 'Noch hat niemand mit Ihrem Bot gesprochen',
    emptyText: 'Hier erscheinen Gespräche, sobald ein Besucher auf Ihrer Website die erste Frage stellt.',
    noWords: '(ohne Worte)',
    refused: n => `${n} nicht beantwortet`,
    answeredAll: 'Beantwortet',
    turns: n => plural(n, 'Frage', 'Fragen'),
    noted: note => `Notiz: ${note}`,
    one: 'Gespräch',
    gone: 'Dieses Gespräch gibt es nicht mehr',
    goneText: 'Es wurde gelöscht oder ist älter, als Sie sie aufheben.',
    save: 'Als Text speichern',
    delete: 'Löschen',
    deleted: 'Das Gespräch ist gelöscht.',
    note: 'Notiz',
    noteLabel: 'Nur für Sie; Besucher sehen sie nie.',
    noteKept: 'Die Notiz ist aufgehoben.',
  },

  why: {
    open: 'Warum diese Antwort?',
    sure: sure => `Ihr Bot war zu ${sure} sicher.`,
    enough: (sure, needed) => `Ihr Bot war zu ${sure} sicher; ab ${needed} antwortet er.`,
    notEnough: (sure, needed) =>
      `Ihr Bot war nur zu ${sure} sicher. Er antwortet ab ${needed}; deshalb sagte er, dass er es nicht weiß.`,
    followUp: 'Frühere Nachrichten des Gesprächs halfen, die Frage zu verstehen.',
    model: name => (name ? `Die Worte sind die eines Modells (${name}).` : 'Die Worte sind die eines Modells.'),
    nothing: 'Nichts in Ihrem Wissen ähnelt der Frage.',
    cited: 'Für die Antwort benutzt',
    now: { changed: 'Seitdem geändert', gone: 'Seitdem gelöscht', same: 'Unverändert' },
    score: score => `passt zu ${score} von 10`,
  },

  leads: {
    title: 'Kontakte',
    lead: 'Besucher, die von einem Menschen hören möchten.',
    search: 'Kontakte suchen',
    empty: 'Noch hat niemand eine Nachricht hinterlassen',
    emptyText: 'Ist das Formular an, können Besucher eine Adresse hinterlassen, wo Ihr Bot keine Antwort weiß.',
    turnOn: 'Formular einrichten',
  },
}
