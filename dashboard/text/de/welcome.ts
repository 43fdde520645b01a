/** Deutsch: die erste Minute, und Blättern. */
import type { Translation } from '../../text.ts'
import type { welcome as en } from '../en/welcome.ts'
import { plural } from './plural.ts'

export const welcome: Translation<typeof en> = {
  welcome: {
    title: 'Ihr Bot, in einer Minute',
    lead: 'Nennen Sie Ihre Website. Ihr Bot liest sie und antwortet daraus.',
    site: 'Ihre Website',
    siteHint: 'Gelesen werden ihre öffentlichen Seiten, wie es eine Suchmaschine tut, und jede Woche wieder.',
    read: 'Meine Website lesen',
    byHand: 'Ich schreibe die Antworten lieber selbst',
    skip: 'Später; zur Übersicht',
    toOverview: 'Zur Übersicht',
    reading: 'Ihr Bot liest',
    readDone: pages => `Ihr Bot hat ${plural(pages, 'Seite', 'Seiten')} gelesen`,
    pagesRead: 'Gelesene Seiten',
    nothing: 'Dort war nichts zu lesen. Prüfen Sie die Adresse, oder schreiben Sie die ersten Antworten selbst.',
    another: 'Eine andere Adresse',
    asked: 'Was Ihre Besucher fragen könnten',
    askedText: 'Drei Fragen aus Ihren eigenen Seiten, gerade eben gestellt.',
    askMore: 'Selbst etwas fragen',
    tag: 'Bringen Sie ihn auf Ihre Website',
    knows: pages => `Er kennt jetzt ${pages} Ihrer Seiten.`,
  },

  pager: {
    label: 'Seiten',
    previous: 'Zurück',
    next: 'Weiter',
    position: (now, all) => `Seite ${now} von ${all}`,
  },
}
