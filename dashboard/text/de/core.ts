/** Deutsch: der Rahmen, der Eingang und die Übersicht. */
import type { Translation } from '../../text.ts'
import type { core as en } from '../en/core.ts'
import { short } from '../words.ts'
import { plural } from './plural.ts'

export const core: Translation<typeof en> = {
  locale: 'de-DE',
  product: 'Parley',
  loading: 'Wird geladen',
  tryAgain: 'Noch einmal',
  reload: 'Neu laden',
  close: 'Schließen',
  cancel: 'Abbrechen',
  undo: 'Rückgängig',
  copy: 'Kopieren',
  copied: 'Kopiert',
  copyFailed: 'Kopieren ging nicht',
  messages: 'Meldungen',
  justNow: 'gerade eben',
  signOut: 'Abmelden',
  ofLimit: limit => `von ${limit}`,
  meterText: (used, limit) => `${used} von ${limit} verbraucht`,
  limitReached: 'Die Grenze ist erreicht.',
  limitNear: 'Fast aufgebraucht.',
  planName: plan => plan.charAt(0).toUpperCase() + plan.slice(1),

  error: {
    unknown: 'Etwas ist schiefgegangen.',
    offline: 'Der Server ist nicht erreichbar. Prüfen Sie Ihre Verbindung und versuchen Sie es noch einmal.',
    stale: 'Diese Seite konnte nicht geladen werden. Vielleicht gibt es eine neuere Fassung des Portals.',
    broken:
      'Auf dieser Seite ist etwas schiefgegangen. Ihre Arbeit ist aufgehoben; meist hilft es, die Seite neu zu laden.',
    cutOff: 'Die Antwort brach ab. Bitte fragen Sie noch einmal.',
    stopped: 'Angehalten.',
    status: status =>
      `Der Server meldet einen Fehler (${status}). Bitte versuchen Sie es in einem Augenblick noch einmal.`,
  },

  field: {
    optional: 'freiwillig',
    missing: 'darf nicht leer sein',
    notEmail: 'muss eine E-Mail-Adresse sein, wie name@example.com',
    tooLong: max => `darf höchstens ${max.toLocaleString('de')} Zeichen haben`,
    showPassword: 'Passwort zeigen',
    show: 'Zeigen',
    hide: 'Verbergen',
    characters: (used, limit) => `${used.toLocaleString('de')} von ${limit.toLocaleString('de')}`,
    remove: item => `${item} entfernen`,
  },

  undoing: {
    deleted: name => `„${short(name, 40)}“ ist gelöscht.`,
    notDeleted: reason => `Nicht gelöscht: ${reason}`,
  },

  language: 'Sprache',

  theme: { label: 'Erscheinungsbild', system: 'Wie mein Gerät', light: 'Hell', dark: 'Dunkel' },

  nav: {
    main: 'Hauptmenü',
    skip: 'Zum Inhalt',
    more: 'Mehr',
    today: 'Heute',
    teach: 'Beibringen und ausprobieren',
    setUp: 'Einrichten',
    overview: 'Übersicht',
    knowledge: 'Wissen',
    tryBot: 'Ausprobieren',
    bot: 'Ihr Bot',
    integrate: 'Einbinden',
    keys: 'API-Schlüssel',
    account: 'Konto',
    conversations: 'Gespräche',
    improve: 'Verbessern',
    analytics: 'Auswertung',
    model: 'Formulierung',
    chats: 'Chats',
    waiting: n => plural(n, 'Entscheidung wartet', 'Entscheidungen warten'),
  },

  scene: {
    label: 'Was Parley tut',
    promise: 'Ihr Wissen, im Gespräch.',
    question: 'Kann ich noch für Samstag bestellen?',
    answer: 'Ja. Bestellen Sie bis Donnerstagmittag, dann liefern wir am Samstagvormittag.',
    source: 'Aus „Liefertage“',
    hardQuestion: 'Liefern Sie nach Norwegen?',
    honest: 'Das weiß ich noch nicht. Unser Team weiß es: hello@example.com',
  },

  signIn: {
    title: 'Anmelden',
    lead: 'Willkommen zurück.',
    leadNext: 'Melden Sie sich an, dann geht es dorthin, wo Sie hinwollten.',
    email: 'E-Mail',
    password: 'Passwort',
    action: 'Anmelden',
    demo: 'Das Demo-Konto nehmen',
    noAccount: 'Neu hier?',
    register: 'Konto eröffnen',
    forgot: 'Passwort vergessen?',
  },

  signInAgain: {
    title: 'Bitte melden Sie sich noch einmal an',
    lead: 'Ihre Sitzung ist zu Ende. Nichts von dem, was Sie geschrieben haben, ist verloren.',
    other: 'Ein anderes Konto nehmen',
  },

  register: {
    title: 'Konto eröffnen',
    lead: 'Ein Bot, der aus dem antwortet, was Sie ihm sagen. Für den Anfang kostenlos.',
    company: 'Firmenname',
    passwordHint: 'Mindestens 8 Zeichen. Ein kurzer Satz ist leicht zu merken und schwer zu erraten.',
    action: 'Mein Konto eröffnen',
    haveAccount: 'Sie haben schon ein Konto?',
    plan: plan => `Sie fragen nach dem Tarif ${plan}. Bis er freigegeben ist, beginnen Sie mit dem kostenlosen.`,
  },

  start: {
    title: 'Die ersten Schritte',
    progress: (done, all) => `${done} von ${all} erledigt`,
    dismiss: 'Diese Liste ausblenden',
    done: 'erledigt',
    teach: {
      title: 'Bringen Sie Ihrem Bot die erste Antwort bei',
      text: 'Beginnen Sie mit der Frage, die Ihre Kunden am häufigsten stellen.',
    },
    ask: { title: 'Fragen Sie ihn etwas', text: 'Sie sehen die Antwort wie ein Besucher, und woher sie kommt.' },
    contact: {
      title: 'Sagen Sie, wer weiterhilft',
      text: 'Wenn Ihr Bot etwas nicht weiß, nennt er Ihre E-Mail-Adresse oder Telefonnummer.',
    },
    embed: {
      title: 'Bringen Sie ihn auf Ihre Website',
      text: 'Eine Zeile zum Kopieren, für jede Website.',
      waits: 'Kopiert. Dies hakt sich ab, sobald der Bot auf Ihrer Website zu sehen war.',
    },
    seen: site => `Er ist auf Ihrer Website: ${site}`,
    lock: {
      title: 'Binden Sie ihn an Ihre Website',
      text: 'Damit niemand anders Ihre Fragen des Monats verbraucht.',
    },
  },

  overview: {
    lead: (questions, answered) =>
      `${plural(questions, 'Frage', 'Fragen')} in den letzten 30 Tagen, davon ${answered} beantwortet.`,
    quiet: 'Noch hat niemand etwas gefragt.',
    entries: 'Einträge',
    questionsLeft: 'Dieser Monat',
    questionsUsed: 'Gestellte Fragen',
    plan: name => `Tarif ${name}`,
    changePlan: 'Ändern',
    resets: day => `Beginnt am ${day} wieder bei 0.`,
    last30: 'Letzte 30 Tage',
    totals: (requests, answered) => `${requests} gestellt, ${answered} beantwortet`,
    noQuestions: 'Hier erscheinen die Fragen Tag für Tag, sobald jemand die erste stellt.',
    chartLabel: (requests, answered) =>
      `Fragen nach Tagen: ${requests} gestellt und ${answered} beantwortet in den letzten 30 Tagen. Die Zahlen stehen in der Tabelle darunter.`,
    dayTip: (day, requests, answered) => `${day}: ${requests} gestellt, ${answered} beantwortet`,
    asTable: 'Als Tabelle zeigen',
    day: 'Tag',
    questions: 'Gestellt',
    answered: 'Beantwortet',
    unanswered: 'Nicht beantwortet',
    unansweredTitle: 'Warten auf eine Antwort',
    unansweredText: 'Das wusste Ihr Bot nicht. Schreiben Sie die Antwort einmal, dann weiß er sie.',
    asked: (times, when) => (times > 1 ? `${times}-mal gefragt, zuletzt ${when}` : `Gefragt ${when}`),
    writeAnswer: 'Antwort schreiben',
    toReview: n => `${plural(n, 'Entscheidung wartet', 'Entscheidungen warten')} in Ihrem Wissen`,
    toReviewText: (contradictions, duplicates, news) =>
      `${[
        contradictions && plural(contradictions, 'Widerspruch', 'Widersprüche'),
        duplicates && plural(duplicates, 'Wiederholung', 'Wiederholungen'),
        news && plural(news, 'Neuigkeit aus einer Quelle', 'Neuigkeiten aus Quellen'),
      ]
        .filter(Boolean)
        .join(', ')}.`,
    review: 'Durchsehen',
    quick: {
      label: 'Schnell erledigt',
      add: { title: 'Wissen hinzufügen', text: 'Eine Frage mit Antwort oder ein Text' },
      try: { title: 'Bot ausprobieren', text: 'Fragen wie ein Besucher' },
      embed: { title: 'Zeile holen', text: 'Eine Zeile für Ihre Website' },
    },
  },

  news: {
    title: when => `Neu seit Ihrem letzten Besuch, ${when}`,
    none: 'Nichts. Genießen Sie die Ruhe.',
    conversations: n => (n === 1 ? 'Gespräch' : 'Gespräche'),
    unanswered: n => (n === 1 ? 'Frage ohne Antwort' : 'Fragen ohne Antwort'),
    complaints: n => (n === 1 ? 'Antwort, die nicht half' : 'Antworten, die nicht halfen'),
    leads: n => (n === 1 ? 'Kontakt' : 'Kontakte'),
    jobsDone: n => (n === 1 ? 'Quelle gelesen' : 'Quellen gelesen'),
    jobsFailed: n => (n === 1 ? 'Quelle nicht lesbar' : 'Quellen nicht lesbar'),
    handEdits: n => (n === 1 ? 'von Hand geänderte Datei' : 'von Hand geänderte Dateien'),
    look: 'Ansehen',
    wrong: (wrong, all) => `${wrong} von ${all} Prüffragen werden falsch beantwortet.`,
    worse: (question, n) =>
      n === 1
        ? `Ihre letzte Änderung hat die Antwort auf eine Prüffrage verdorben: „${short(question, 60)}“`
        : `Ihre letzte Änderung hat die Antworten auf ${n} Prüffragen verdorben, etwa „${short(question, 60)}“`,
  },

  secret: {
    copy: 'Schlüssel kopieren',
    noted: 'Ich habe ihn',
    firstTitle: 'Ihr erster geheimer Schlüssel',
    firstText: 'Nur für Entwickler; Ihre Website braucht ihn nicht. Er ist zu sehen, bis Sie diese Seite schließen.',
  },

  problem: {
    invalid_credentials: 'E-Mail-Adresse oder Passwort ist falsch.',
    email_taken: 'Mit dieser E-Mail-Adresse gibt es schon ein Konto; melden Sie sich damit an.',
    weak_password: 'Dieses Passwort ist zu schwach: mindestens 8 Zeichen, vier verschiedene, und keines der üblichen.',
    unauthorized: 'Bitte melden Sie sich an.',
    token_invalid: 'Dieser Link wurde schon benutzt oder ist zu alt; bitten Sie um einen neuen.',
    mail_off: 'Diese Installation verschickt keine Mails; bitten Sie den Betreiber um Hilfe.',
    client_inactive: 'Dieses Konto ist nicht in Betrieb; fragen Sie den Betreiber.',
    knowledge_limit_reached:
      'Mehr Einträge hat Ihr Tarif nicht; löschen Sie welche oder fragen Sie nach einem größeren.',
    quota_exceeded: 'Die Fragen dieses Monats sind aufgebraucht.',
    rate_limited: 'Das waren zu viele Versuche; bitte warten Sie ein wenig.',
    busy: 'Gerade ist viel los; bitte versuchen Sie es in ein paar Sekunden noch einmal.',
    store_unavailable: 'Es kann gerade nichts gespeichert werden. Bitte versuchen Sie es später noch einmal.',
    internal: 'Das ist unser Fehler. Bitte versuchen Sie es noch einmal.',
  },
  complaint: {
    'must not be empty': 'darf nicht leer sein',
    'must be an e-mail address': 'muss eine E-Mail-Adresse sein',
    'is in use already': 'wird schon benutzt',
    'is required': 'fehlt',
    'is wrong': 'ist falsch',
    'must be scheme and host, such as https://www.example.com':
      'muss der Anfang einer Adresse sein, wie https://www.example.com',
  },

  notFound: {
    title: 'Hier ist nichts',
    lead: 'Vielleicht hat sich die Adresse geändert, oder unterwegs ging ein Buchstabe verloren.',
    home: 'Zur Übersicht',
  },
}
