/** English, as far as every page needs it: the frame, the way in and the overview. */
import { short } from '../words.ts'
import { plural } from './plural.ts'

export const core = {
  locale: 'en-GB',
  product: 'Parley',
  loading: 'Loading',
  tryAgain: 'Try again',
  reload: 'Load again',
  close: 'Close',
  cancel: 'Cancel',
  undo: 'Undo',
  copy: 'Copy',
  copied: 'Copied',
  copyFailed: 'Could not copy',
  messages: 'Messages',
  justNow: 'just now',
  signOut: 'Sign out',
  ofLimit: (limit: string) => `of ${limit}`,
  meterText: (used: string, limit: string) => `${used} of ${limit} used`,
  limitReached: 'The limit is reached.',
  limitNear: 'Nearly used up.',
  planName: (plan: string) => plan.charAt(0).toUpperCase() + plan.slice(1),

  error: {
    unknown: 'Something went wrong.',
    offline: 'The server could not be reached. Check your connection and try again.',
    stale: 'This page could not be loaded. There may be a newer version of the portal.',
    broken: 'Something on this page went wrong. Your work is kept; loading the page again usually helps.',
    cutOff: 'The answer was cut off. Please ask again.',
    stopped: 'Stopped.',
    status: (status: number) => `The server answered with an error (${status}). Please try again in a moment.`,
  },

  field: {
    optional: 'optional',
    missing: 'must not be empty',
    notEmail: 'must be an e-mail address, like name@example.com',
    tooLong: (max: number) => `must have at most ${max.toLocaleString('en')} characters`,
    showPassword: 'Show password',
    show: 'Show',
    hide: 'Hide',
    characters: (used: number, limit: number) => `${used.toLocaleString('en')} of ${limit.toLocaleString('en')}`,
    remove: (item: string) => `Remove ${item.toLowerCase()}`,
  },

  undoing: {
    deleted: (name: string) => `Deleted “${short(name, 40)}”.`,
    notDeleted: (reason: string) => `Not deleted: ${reason}`,
  },

  language: 'Language',

  theme: { label: 'Appearance', system: 'Like my device', light: 'Light', dark: 'Dark' },

  nav: {
    main: 'Main menu',
    skip: 'Skip to the page',
    more: 'More',
    today: 'Today',
    teach: 'Teach and try',
    setUp: 'Set up',
    overview: 'Overview',
    knowledge: 'Knowledge',
    tryBot: 'Try it',
    bot: 'Your bot',
    integrate: 'Integrate',
    keys: 'API keys',
    account: 'Account',
    conversations: 'Conversations',
    improve: 'Improve',
    analytics: 'Analytics',
    model: 'Wording',
    chats: 'Chats',
    waiting: (n: number) => plural(n, 'decision waits', 'decisions wait'),
  },

  scene: {
    label: 'What Parley does',
    promise: 'Your knowledge, in conversation.',
    question: 'Can I still order for Saturday?',
    answer: 'Yes. Order by Thursday noon and we deliver on Saturday morning.',
    source: 'From “Delivery days”',
    hardQuestion: 'Do you ship to Norway?',
    honest: 'I don’t know that yet. Our team does: hello@example.com',
  },

  signIn: {
    title: 'Sign in',
    lead: 'Welcome back.',
    leadNext: 'Sign in, and we take you where you were going.',
    email: 'E-mail',
    password: 'Password',
    action: 'Sign in',
    demo: 'Use the demo account',
    noAccount: 'New here?',
    register: 'Make an account',
    forgot: 'Forgot the password?',
  },

  signInAgain: {
    title: 'Please sign in again',
    lead: 'Your session has ended. Nothing you typed is lost.',
    other: 'Use another account',
  },

  register: {
    title: 'Make an account',
    lead: 'A bot that answers from what you tell it. Free to begin.',
    company: 'Company name',
    passwordHint: 'At least 8 characters. A short sentence is easy to remember and hard to guess.',
    action: 'Make my account',
    haveAccount: 'Already have an account?',
    plan: (plan: string) => `You are asking for the ${plan} plan. You start on the free plan until it is approved.`,
  },

  start: {
    title: 'Getting started',
    progress: (done: number, all: number) => `${done} of ${all} done`,
    dismiss: 'Hide this list',
    done: 'done',
    teach: {
      title: 'Teach your bot its first answer',
      text: 'Begin with the question your customers ask most.',
    },
    ask: { title: 'Ask it something', text: 'See the answer as a visitor would, and where it came from.' },
    contact: {
      title: 'Say who to turn to',
      text: 'When your bot does not know, it names your e-mail address or phone number.',
    },
    embed: {
      title: 'Put it on your website',
      text: 'One line to copy. It works on any site.',
      waits: 'Copied. This ticks itself as soon as the widget is seen on your site.',
    },
    seen: (site: string) => `It is on your website: ${site}`,
    lock: { title: 'Lock it to your website', text: 'So that nobody else can spend your monthly questions.' },
  },

  overview: {
    lead: (questions: number, answered: string) =>
      `${plural(questions, 'question', 'questions')} in the last 30 days, ${answered} of them answered.`,
    quiet: 'Nobody has asked anything yet.',
    entries: 'Entries',
    questionsLeft: 'This month',
    questionsUsed: 'Questions asked',
    plan: (name: string) => `${name} plan`,
    changePlan: 'Change',
    resets: (day: string) => `Starts again at 0 on ${day}.`,
    last30: 'Last 30 days',
    totals: (requests: string, answered: string) => `${requests} asked, ${answered} answered`,
    noQuestions: 'Questions appear here day by day, as soon as somebody asks the first one.',
    chartLabel: (requests: string, answered: string) =>
      `Questions by day: ${requests} asked and ${answered} answered in the last 30 days. The numbers are in the table below.`,
    dayTip: (day: string, requests: string, answered: string) => `${day}: ${requests} asked, ${answered} answered`,
    asTable: 'Show as a table',
    day: 'Day',
    questions: 'Asked',
    answered: 'Answered',
    unanswered: 'Not answered',
    unansweredTitle: 'Waiting for an answer',
    unansweredText: 'Your bot did not know these. Write the answer once, and it knows from then on.',
    asked: (times: number, when: string) => (times > 1 ? `Asked ${times} times, last ${when}` : `Asked ${when}`),
    writeAnswer: 'Write the answer',
    toReview: (n: number) => `${plural(n, 'decision waits', 'decisions wait')} in your knowledge`,
    toReviewText: (contradictions: number, duplicates: number, news: number) =>
      `${[
        contradictions && plural(contradictions, 'contradiction', 'contradictions'),
        duplicates && plural(duplicates, 'repetition', 'repetitions'),
        news && plural(news, 'piece of news from a source', 'pieces of news from sources'),
      ]
        .filter(Boolean)
        .join(', ')}.`,
    review: 'Review',
    quick: {
      label: 'Quick actions',
      add: { title: 'Add knowledge', text: 'A question and its answer, or a text' },
      try: { title: 'Try your bot', text: 'Ask as a visitor would' },
      embed: { title: 'Get the tag', text: 'One line for your website' },
    },
  },

  news: {
    title: (when: string) => `New since your last visit, ${when}`,
    none: 'Nothing. Enjoy the quiet.',
    conversations: (n: number): string => (n === 1 ? 'conversation' : 'conversations'),
    unanswered: (n: number): string => (n === 1 ? 'question without an answer' : 'questions without an answer'),
    complaints: (n: number): string => (n === 1 ? 'answer that did not help' : 'answers that did not help'),
    leads: (n: number): string => (n === 1 ? 'lead' : 'leads'),
    jobsDone: (n: number): string => (n === 1 ? 'source read' : 'sources read'),
    jobsFailed: (n: number): string => (n === 1 ? 'source could not be read' : 'sources could not be read'),
    handEdits: (n: number): string => (n === 1 ? 'file changed by hand' : 'files changed by hand'),
    look: 'Look at it',
    wrong: (wrong: number, all: number) => `${wrong} of ${all} golden questions are answered wrongly.`,
    worse: (question: string, n: number) =>
      n === 1
        ? `Your last change spoilt the answer to a golden question: “${short(question, 60)}”`
        : `Your last change spoilt the answers to ${n} golden questions, such as “${short(question, 60)}”`,
  },

  secret: {
    copy: 'Copy the key',
    noted: 'I have it',
    firstTitle: 'Your first secret key',
    firstText: 'For developers only; your website does not need it. It is shown until you close this page.',
  },

  /** Sentences of the server by their code, where its English one is not read. */
  problem: {} as Record<string, string>,
  /** Likewise its complaints about a field. */
  complaint: {} as Record<string, string>,

  notFound: {
    title: 'There is nothing here',
    lead: 'The address may have changed, or a letter went missing on the way.',
    home: 'To the overview',
  },
}
