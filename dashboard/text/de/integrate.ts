/** Deutsch: den Bot einbauen. */
import type { Translation } from '../../text.ts'
import type { integrate as en } from '../en/integrate.ts'
import { short } from '../words.ts'

export const integrate: Translation<typeof en> = {
  integrate: {
    title: 'Einbinden',
    lead: 'Mit einer Zeile auf Ihrer Website oder aus einem eigenen Programm.',
    site: 'Auf Ihrer Website',
    siteText: 'Fügen Sie diese Zeile in Ihre Seiten ein, gleich vor </body>. Das ist alles.',
    tag: 'Zeile für Ihre Website',
    copyTag: 'Zeile kopieren',
    local:
      'Diese Adresse gilt nur auf diesem Rechner. Auf Ihrer eigenen Website nehmen Sie die öffentliche Adresse dieser Installation.',
    lock: 'Meine Website nennen',
    program: 'Aus einem Programm',
    programText: 'Ihr geheimer Schlüssel gehört auf Ihren Server, in PARLEY_KEY, und niemals in eine Webseite.',
    makeKey: 'Schlüssel machen',
    languages: 'Sprache',
    request: 'Eine Frage stellen',
    copySnippet: 'Kopieren',
    question: 'Wann haben Sie geöffnet?',
    docs: 'Alle Aufrufe, in der API-Dokumentation',
    id: 'Kundennummer',
    idText: 'Öffentlich: Sie nennt Ihren Bot und öffnet nichts.',
    copyId: 'Nummer kopieren',
    other: 'Baukästen, Frameworks, Server',
    way: 'Welches',
    download: 'Datei herunterladen',
  },

  keys: {
    title: 'API-Schlüssel',
    lead: 'Für Programme, die mit Parley sprechen. Eine Website braucht keinen.',
    make: 'Schlüssel machen',
    makeTitle: 'Schlüssel machen',
    name: 'Name',
    nameHint: 'Wofür er ist, wie Shop-Server.',
    emptyTitle: 'Keine Schlüssel',
    emptyText: 'Machen Sie einen, wenn ein Programm fragen oder Wissen ändern soll.',
    scope: { chat: 'fragen', knowledge: 'Wissen ändern', read: 'lesen' },
    made: day => `Gemacht am ${day}`,
    used: when => `Zuletzt benutzt ${when}`,
    neverUsed: 'Nie benutzt',
    expires: day => `Endet am ${day}`,
    rotate: 'Ersetzen',
    rotateTitle: name => `„${short(name)}“ ersetzen`,
    rotateText:
      'Sie bekommen einen neuen Schlüssel. Der alte gilt noch eine Weile, damit Sie ihn in Ruhe austauschen können.',
    revoke: 'Widerrufen',
    revokeTitle: name => `„${short(name)}“ widerrufen`,
    revokeText: (hint, used) =>
      `Was ${hint} benutzt, geht sofort nicht mehr, und das lässt sich nicht zurücknehmen. ${used ? `Zuletzt benutzt wurde er ${used}.` : 'Benutzt wurde er nie.'}`,
    revoked: name => `„${short(name)}“ ist widerrufen.`,
    shownTitle: 'Ihr neuer Schlüssel',
    shownText: 'Kopieren Sie ihn jetzt und heben Sie ihn gut auf. Er ist nur dieses eine Mal zu sehen.',
  },

  embed: {
    title: 'Ist er zu sehen?',
    label: 'Eine Seite Ihrer Website',
    hint: 'Sie wird einmal abgerufen und angesehen.',
    check: 'Prüfen',
    live: 'Ihr Bot ist auf dieser Seite zu sehen.',
    notLive: 'Ihr Bot ist auf dieser Seite noch nicht zu sehen.',
  },
}
