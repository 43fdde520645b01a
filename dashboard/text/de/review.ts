/** Deutsch: was im Wissen auf eine Entscheidung wartet, die Kategorien und die Tabelle. */
import type { Translation } from '../../text.ts'
import type { review as english } from '../en/review.ts'
import { short } from '../words.ts'
import { plural } from './plural.ts'

const n1 = (n: number) => n.toLocaleString('de')

export const review: Translation<typeof english> = {
  review: {
    title: 'Durchsicht',
    lead: 'Wo Ihr Wissen sich wiederholt oder widerspricht und wo eine Quelle Neues sagt. Einmal entscheiden genügt; alles lässt sich rückgängig machen.',
    parts: 'Was durchzusehen ist',
    pairs: 'Doppelt oder widersprüchlich',
    changed: 'Neues aus Quellen',
    contradiction: 'Widerspruch',
    duplicate: 'Doppelt',
    causes: {
      question_figures: 'Eine Frage, zwei Antworten mit verschiedenen Zahlen.',
      question_twice: 'Eine Frage, zweimal gleich beantwortet.',
      question_answers: 'Eine Frage, zwei verschiedene Antworten.',
      same_answer: 'Zwei Fragen mit derselben Antwort.',
      figures: 'Dieselben Worte mit verschiedenen Zahlen.',
      same: 'Wort für Wort dasselbe.',
      nearly: 'Fast dieselben Worte.',
    },
    onlyHere: figures => `Nur hier: ${figures}`,
    changedAt: when => `geändert ${when}`,
    keep: 'Diesen behalten',
    keepNamed: name => `Diesen behalten: ${short(name)}`,
    keepBoth: 'Behalten, für beide Fragen',
    keepBothNamed: name => `Behalten, für beide Fragen: ${short(name)}`,
    bothRight: 'Beide stimmen',
    edit: 'Bearbeiten',
    editNamed: name => `${short(name)} bearbeiten`,
    kept: 'Einer bleibt, der andere ist gelöscht.',
    merged: 'Eine Antwort bleibt, für beide Fragen.',
    settled: 'Beide bleiben. Sie werden nicht mehr gefragt, solange sich keiner ändert.',
    noPairs: 'Nichts ist doppelt oder widersprüchlich',
    noPairsText:
      'Sagen zwei Einträge dasselbe oder beantworten sie eine Frage verschieden, dann erscheinen sie hier nebeneinander.',
    whole: 'Alles zeigen',
    less: 'Weniger zeigen',
    of: (contradictions, duplicates) =>
      [
        contradictions && plural(contradictions, 'Widerspruch', 'Widersprüche'),
        duplicates && plural(duplicates, 'Wiederholung', 'Wiederholungen'),
      ]
        .filter(Boolean)
        .join(', '),

    isChanged: 'Sagt jetzt etwas anderes',
    isGone: 'Steht dort nicht mehr',
    changedText: source =>
      `Sie haben diesen Eintrag bearbeitet. ${source} sagt jetzt etwas anderes; überschrieben wurde nichts.`,
    goneText: source => `Sie haben diesen Eintrag bearbeitet. In ${source} steht er nicht mehr; er blieb, wie er ist.`,
    mine: 'Ihrer',
    theirs: 'Die Quelle jetzt',
    sideQuestion: 'Frage',
    sideTitle: 'Titel',
    noLonger: 'Nichts.',
    keepMine: 'Meinen behalten',
    takeTheirs: 'Den der Quelle nehmen',
    remove: 'Löschen',
    rework: 'Neu schreiben',
    keptMine: 'Ihre Worte bleiben.',
    tookTheirs: 'Die Worte der Quelle gelten.',
    removed: 'Der Eintrag ist gelöscht.',
    reworked: 'Gespeichert. Ihre Worte bleiben.',
    noChanged: 'Nichts Neues aus Ihren Quellen',
    noChangedText:
      'Ändert sich eine Website oder Datei dort, wo Sie einen Eintrag bearbeitet haben, wird nichts überschrieben: Beide Fassungen erscheinen hier.',
  },

  categories: {
    title: 'Kategorien',
    lead: 'Benennen Sie sie um, legen Sie zwei zusammen, indem Sie der einen den Namen der anderen geben, oder nehmen Sie eine weg: Die Einträge bleiben.',
    none: 'Ohne Kategorie',
    entries: n => plural(n, 'Eintrag', 'Einträge'),
    off: n => `${n1(n)} ausgeschaltet`,
    rename: 'Umbenennen',
    renameNamed: name => `${short(name)} umbenennen`,
    give: 'Eine geben',
    name: name => `Neuer Name von ${short(name)}`,
    nameOfNone: 'Name für Einträge ohne Kategorie',
    joins: (name, n) => `Wird Teil von ${short(name)} mit ${plural(n, 'Eintrag', 'Einträgen')}.`,
    takeAway: name => `Kategorie ${short(name)} wegnehmen`,
    save: 'Speichern',
    renamed: (from, to) => `${short(from, 30)} heißt jetzt ${short(to, 30)}.`,
    joined: (from, to) => `${short(from, 30)} gehört jetzt zu ${short(to, 30)}.`,
    given: (n, to) => `${plural(n, 'Eintrag ist', 'Einträge sind')} jetzt in ${short(to, 30)}.`,
    takenAway: name => `Die Kategorie ${short(name, 30)} ist weg; ihre Einträge sind in keiner.`,
    empty: 'Noch keine Kategorien',
    emptyText:
      'Eine Kategorie ist ein Wort an einem Eintrag, zum Beispiel Lieferung. Einträge bekommen ihre beim Schreiben oder beim Import.',
  },

  spreadsheet: {
    title: 'Tabelle',
    lead: 'Alles auf einmal in Excel, LibreOffice oder Google Sheets bearbeiten und zurückbringen. Sie sehen vorher, was sich ändert.',
    out: '1. Mitnehmen',
    outText:
      'Alle Ihre Einträge, einer je Zeile. Lassen Sie die Spalte „id“, wie sie ist: Sie sagt, welcher Eintrag eine Zeile ist.',
    excel: 'Für Excel herunterladen',
    csv: 'Als CSV herunterladen',
    back: '2. Bearbeiten und zurückbringen',
    drop: 'Legen Sie die bearbeitete Datei hier ab, oder',
    choose: 'Datei auswählen',
    formats: 'XLSX oder CSV. Nichts ändert sich, bis Sie den Unterschied annehmen.',
    reading: 'Wird mit Ihren Einträgen verglichen',
    refused: 'Diese Datei kann so nicht übernommen werden',
    moreErrors: n => `Und ${plural(n, 'weitere Zeile', 'weitere Zeilen')}.`,
    difference: file => `Was ${short(file, 40)} ändern würde`,
    nothing: 'Nichts ist anders',
    nothingText: n =>
      n === 1 ? 'Der eine Eintrag ist wie in der Datei.' : `Alle ${n1(n)} Einträge sind wie in der Datei.`,
    parts: 'Teil des Unterschieds',
    changed: n => `Geändert (${n1(n)})`,
    added: n => `Neu (${n1(n)})`,
    removed: n => `Fehlt (${n1(n)})`,
    unchanged: n => `${plural(n, 'Eintrag bleibt, wie er ist', 'Einträge bleiben, wie sie sind')}.`,
    before: 'Vorher',
    after: 'Nachher',
    empty: 'leer',
    missing: 'Einträge, die die Datei nicht mehr hat',
    missingDelete: 'Löschen',
    missingKeep: 'Behalten',
    noRoom: (after, limit) => `Das wären ${after} Einträge; Ihr Tarif fasst ${limit}.`,
    accept: 'Annehmen',
    putAway: 'Weglegen',
    accepted: (added, changed, removed) =>
      `${[changed && `${n1(changed)} geändert`, added && `${n1(added)} neu`, removed && `${n1(removed)} gelöscht`]
        .filter(Boolean)
        .join(', ')}.`,
    stale: 'Ihre Einträge haben sich inzwischen geändert. Das ist der Unterschied von jetzt.',
    columns: {
      kind: 'Art',
      title: 'Titel',
      question: 'Frage',
      alternates: 'Andere Fragen',
      content: 'Text',
      category: 'Kategorie',
      source: 'Quelle',
      lang: 'Sprache',
      url: 'Link',
      metadata: 'Weitere Daten',
      is_active: 'Eingeschaltet',
    },
    yes: 'ja',
    no: 'nein',
  },

  history: {
    title: 'Was sich geändert hat',
    none: 'Sie wurde noch nicht gelesen.',
    added: n => `${n1(n)} neu`,
    changed: n => `${n1(n)} geändert`,
    removed: n => `${n1(n)} gelöscht`,
    flagged: n => `${n1(n)} zur Durchsicht`,
    overLimit: n => `${n1(n)} über der Grenze des Tarifs`,
    nothing: 'Nichts hat sich geändert',
    pages: (added, changed, removed) => `Seiten: ${n1(added)} neu, ${n1(changed)} geändert, ${n1(removed)} weg`,
    which: n => (n === 1 ? 'Welcher Eintrag' : `Welche ${n1(n)} Einträge`),
    outcomes: {
      added: 'Neu',
      changed: 'Geändert',
      removed: 'Gelöscht',
      flagged: 'Zur Durchsicht',
      over_limit: 'Passte nicht mehr',
    },
  },

  trial: {
    run: 'Diesen Eintrag prüfen',
    hint: 'Stellt die Fragen, die Besucher an diesen Eintrag hätten, so wie er gespeichert ist. Das zählt nicht zum Monat.',
    unsaved: 'Speichern Sie zuerst: Geprüft wird, was gespeichert ist.',
    all: n => (n === 1 ? 'Die Frage findet diesen Eintrag.' : `Alle ${n1(n)} Fragen finden diesen Eintrag.`),
    some: (found, of) =>
      of === 1 ? 'Die Frage findet diesen Eintrag nicht.' : `${found} von ${n1(of)} Fragen finden diesen Eintrag.`,
    none: 'Es gibt nichts zu fragen: weder Frage noch Titel noch Text.',
    found: 'Gefunden',
    lost: 'Nicht gefunden',
    place: n => `Platz ${n}`,
    instead: 'beantwortet aus',
    unanswered: 'keine Antwort',
    tip: 'Nehmen Sie die Worte Ihrer Besucher als andere Frage auf, oder geben Sie ihm einen Titel, der sagt, worum es geht.',
  },
}
