/** English: what could be better. */
import { short } from '../words.ts'
import { plural } from './plural.ts'

export const improve = {
  improve: {
    lead: 'Every answer you write here is one that your bot never misses again.',
    unanswered: 'Not answered',
    badlyRated: 'Not helpful',
    search: 'Search these questions',
    state: 'Show',
    states: {
      open: (n: number) => `Open (${n})`,
      resolved: (n: number) => `Done (${n})`,
      ignored: (n: number) => `Ignored (${n})`,
    },
    sort: 'Order',
    often: 'Asked most often',
    lately: 'Asked lately',
    empty: 'Nothing is waiting',
    emptyText: 'Questions that your bot could not answer appear here, those that mean the same together.',
    answeredNow: 'Answered by now',
    alsoAsked: 'Also asked as',
    sameAs: (title: string) => `Same as “${short(title, 40)}”`,
    joined: (title: string) => `Your bot now takes it for “${short(title, 40)}”.`,
    nearest: (title: string, sure: string) => `“${short(title, 40)}”, ${sure} sure`,
    resolve: 'Mark as done',
    ignore: 'Ignore',
    reopen: 'Open again',
    marked: { open: 'Open again.', resolved: 'Done.', ignored: 'Ignored.' },
    noneRated: 'No complaints',
    noneRatedText:
      'Questions whose answer visitors mark as not helpful appear here, those that mean the same together.',
    wasSaid: 'What your bot said',
    comment: (words: string) => `The visitor adds: “${words}”`,
    correct: (title: string) => `Correct “${short(title, 40)}”`,
    writeAnother: 'Write another answer',
    written: 'Saved. Your bot knows it now, and it is a golden question from here on.',
  },

  goldens: {
    title: 'Golden questions',
    lead: 'Questions whose answer must stay right. They are tried after every change of your knowledge.',
    add: 'Add a golden question',
    run: 'Try them now',
    ran: (passed: number, all: number) => `${passed} of ${all} are right.`,
    passed: (passed: number, all: number) => `${passed} of ${all} right`,
    when: {
      call: (when: string) => `when tried ${when}.`,
      change: (when: string) => `after the last change, ${when}.`,
    },
    worse: 'These were right before the change:',
    better: (n: number) =>
      `${plural(n, 'question is', 'questions are')} right now that ${n === 1 ? 'was' : 'were'} not before.`,
    empty: 'No golden questions yet',
    emptyText:
      'Name the questions that matter most. If a change ever spoils one of their answers, you see it before your visitors do.',
    all: 'All',
    nowWorse: (n: number, question: string) =>
      `${plural(n, 'golden question is', 'golden questions are')} wrong since this change: “${short(question, 60)}”${n > 1 ? ' …' : ''}`,
    takenBack: 'The change is taken back.',
    look: 'Look at them',
    right: 'Right',
    wrong: 'Wrong',
    untried: 'Not tried yet',
    sure: (sure: string) => `${sure} sure`,
    refusal: 'must not be answered',
    expected: 'Expected entry',
    found: 'What was found instead',
    search: 'Find the entry',
    mustAnswer: 'What must answer it',
    none: 'Nothing: the bot must say that it does not know',
  },
}
