/** Deutsch: was besser werden kann. */
import type { Translation } from '../../text.ts'
import type { improve as en } from '../en/improve.ts'
import { short } from '../words.ts'

export const improve: Translation<typeof en> = {
  improve: {
    lead: 'Jede Antwort, die Sie hier schreiben, fehlt Ihrem Bot nie wieder.',
    unanswered: 'Nicht beantwortet',
    badlyRated: 'Nicht hilfreich',
    search: 'In diesen Fragen suchen',
    state: 'Zeigen',
    states: {
      open: n => `Offen (${n})`,
      resolved: n => `Erledigt (${n})`,
      ignored: n => `Übergangen (${n})`,
    },
    sort: 'Reihenfolge',
    often: 'Am häufigsten gefragt',
    lately: 'Zuletzt gefragt',
    empty: 'Nichts wartet',
    emptyText: 'Hier erscheinen Fragen, die Ihr Bot nicht beantworten konnte; was dasselbe meint, steht zusammen.',
    answeredNow: 'Inzwischen beantwortet',
    alsoAsked: 'Auch so gefragt',
    sameAs: title => `Dasselbe wie „${short(title, 40)}“`,
    joined: title => `Ihr Bot versteht es jetzt als „${short(title, 40)}“.`,
    nearest: (title, sure) => `„${short(title, 40)}“, zu ${sure} sicher`,
    resolve: 'Als erledigt merken',
    ignore: 'Übergehen',
    reopen: 'Wieder öffnen',
    marked: { open: 'Wieder offen.', resolved: 'Erledigt.', ignored: 'Übergangen.' },
    noneRated: 'Keine Klagen',
    noneRatedText:
      'Hier erscheinen Fragen, deren Antwort Besuchern nicht geholfen hat; was dasselbe meint, steht zusammen.',
    wasSaid: 'Was Ihr Bot sagte',
    comment: words => `Der Besucher schreibt dazu: „${words}“`,
    correct: title => `„${short(title, 40)}“ berichtigen`,
    writeAnother: 'Andere Antwort schreiben',
    written: 'Gespeichert. Ihr Bot weiß es jetzt, und es ist ab hier eine Prüffrage.',
  },

  goldens: {
    title: 'Prüffragen',
    lead: 'Fragen, deren Antwort richtig bleiben muss. Nach jeder Änderung Ihres Wissens werden sie gestellt.',
    add: 'Prüffrage hinzufügen',
    run: 'Jetzt stellen',
    ran: (passed, all) => `${passed} von ${all} sind richtig.`,
    passed: (passed, all) => `${passed} von ${all} richtig`,
    when: {
      call: when => `beim Versuch ${when}.`,
      change: when => `nach der letzten Änderung, ${when}.`,
    },
    worse: 'Diese waren vor der Änderung richtig:',
    better: n =>
      n === 1
        ? 'Eine Frage ist jetzt richtig, die es vorher nicht war.'
        : `${n} Fragen sind jetzt richtig, die es vorher nicht waren.`,
    empty: 'Noch keine Prüffragen',
    emptyText:
      'Nennen Sie die Fragen, auf die es am meisten ankommt. Verdirbt eine Änderung eine ihrer Antworten, sehen Sie es vor Ihren Besuchern.',
    all: 'Alle',
    nowWorse: (n, question) =>
      n === 1
        ? `Seit dieser Änderung ist eine Prüffrage falsch: „${short(question, 60)}“`
        : `Seit dieser Änderung sind ${n} Prüffragen falsch: „${short(question, 60)}“ …`,
    takenBack: 'Die Änderung ist zurückgenommen.',
    look: 'Ansehen',
    right: 'Richtig',
    wrong: 'Falsch',
    untried: 'Noch nicht gestellt',
    sure: sure => `zu ${sure} sicher`,
    refusal: 'darf keine Antwort bekommen',
    expected: 'Erwarteter Eintrag',
    found: 'Was stattdessen gefunden wurde',
    search: 'Eintrag suchen',
    mustAnswer: 'Was antworten muss',
    none: 'Nichts: Der Bot muss sagen, dass er es nicht weiß',
  },
}
