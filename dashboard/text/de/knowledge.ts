/** Deutsch: was der Bot weiß. */
import type { Translation } from '../../text.ts'
import type { knowledge as en } from '../en/knowledge.ts'
import { short } from '../words.ts'
import { plural } from './plural.ts'

export const knowledge: Translation<typeof en> = {
  knowledge: {
    title: 'Wissen',
    lead: 'Alles, woraus Ihr Bot antworten darf.',
    add: 'Hinzufügen',
    addFirst: 'Den ersten Eintrag schreiben',
    used: 'Einträge',
    search: 'In Ihrem Wissen suchen',
    category: 'Kategorie',
    source: 'Quelle',
    allCategories: 'Alle Kategorien',
    allSources: 'Alle Quellen',
    found: n => `${plural(n, 'Eintrag', 'Einträge')} gefunden`,
    emptyTitle: 'Ihr Bot weiß noch nichts',
    emptyText: 'Geben Sie ihm die Antworten, die Sie jeden Tag geben: Öffnungszeiten, Lieferung, Preise, Rückgabe.',
    noneTitle: 'Nichts gefunden',
    noneFor: search => `Kein Eintrag passt zu „${short(search)}“.`,
    noneHere: 'Kein Eintrag passt zu dieser Auswahl.',
    showAll: 'Alles zeigen',
    answerThis: 'Als Frage hinzufügen',
    off: 'Ausgeschaltet',
    delete: name => `„${short(name)}“ löschen`,
  },

  entry: {
    newTitle: 'Wissen hinzufügen',
    editTitle: 'Eintrag bearbeiten',
    changed: when => `Zuletzt geändert ${when}.`,
    kind: 'Was haben Sie?',
    kindNow: 'Das ist',
    qa: 'Frage und Antwort',
    text: 'Text',
    question: 'Frage',
    questionExample: 'Liefern Sie am Samstag?',
    answer: 'Antwort',
    answerExample: 'Ja, am Vormittag. Bestellen Sie bis Donnerstagmittag.',
    alternates: 'Andere Arten, danach zu fragen',
    alternatesHint: 'Wörter Ihrer Kunden, die weder in der Frage noch in der Antwort stehen.',
    alternate: n => `Andere Art ${n}`,
    addAlternate: 'Noch eine Art',
    titleLabel: 'Titel',
    content: 'Text',
    contentHint: 'Eine Seite, ein Absatz, eine Preisliste. Ihr Bot zitiert den Teil, der antwortet.',
    order: 'Wohin er gehört',
    categoryHint: 'Zum Wiederfinden, wie Lieferung.',
    sourceHint: 'Steht unter der Antwort, wie AGB 2026.',
    url: 'Link',
    urlHint: 'Eine Seite Ihrer Website, auf der Besucher mehr lesen können.',
    save: 'Speichern',
    saveAnother: 'Speichern und noch einen',
    saved: 'Gespeichert. Ihr Bot weiß es jetzt.',
    kept: 'Noch nicht gespeichert. Solange bleibt es in diesem Browser.',
    restored: 'Das haben Sie beim letzten Mal geschrieben und noch nicht gespeichert.',
    discard: 'Verwerfen',
    delete: 'Löschen',
    goneTitle: 'Diesen Eintrag gibt es nicht mehr',
    goneText: 'Vielleicht wurde er gelöscht. Alles andere ist in Ihrem Wissen.',
  },

  bulk: {
    choose: name => `„${short(name)}“ auswählen`,
    chosen: n => `${n} ausgewählt`,
    on: 'Einschalten',
    off: 'Ausschalten',
    none: 'Keine auswählen',
    done: {
      activate: n => `${plural(n, 'Eintrag ist', 'Einträge sind')} an.`,
      deactivate: n => `${plural(n, 'Eintrag ist', 'Einträge sind')} aus.`,
      delete: n => `${plural(n, 'Eintrag ist', 'Einträge sind')} gelöscht.`,
    },
  },

  beside: {
    title: 'Fragen Sie Ihren Bot',
    hint: 'Er antwortet aus dem, was gespeichert ist. Jede Frage zählt zu diesem Monat.',
    fromThis: 'aus diesem Eintrag',
    fromOther: title => `aus einem anderen Eintrag: ${short(title, 50)}`,
  },

  clear: {
    open: 'Alles löschen …',
    title: n => `${n === 1 ? 'Den einen Eintrag' : `Alle ${plural(n, 'Eintrag', 'Einträge')}`} löschen?`,
    text: 'Ihr Bot vergisst alles auf einmal, und das lässt sich nicht zurücknehmen. Holen Sie sich vorher eine Kopie, wenn Sie es vielleicht wieder brauchen.',
    download: 'Kopie herunterladen',
    type: 'Schreiben Sie zur Bestätigung „löschen“',
    word: 'löschen',
    wrongWord: 'Schreiben Sie das Wort löschen.',
    action: 'Alles löschen',
    done: 'Alles ist gelöscht.',
  },

  handEdit: {
    accepted: file => `${file} wurde von Hand geändert.`,
    refused: file => `Eine Änderung von ${file} war nicht zu verstehen.`,
    kept: name => `Ihr Bot antwortet wie zuvor; die geänderte Datei liegt als ${name} bereit.`,
    dismiss: 'Ausblenden',
  },
}
