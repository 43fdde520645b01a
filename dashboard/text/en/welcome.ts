/** English: the first minute, and turning pages. */
import { plural } from './plural.ts'

export const welcome = {
  welcome: {
    title: 'Your bot, in a minute',
    lead: 'Name your website. Your bot reads it and answers from it.',
    site: 'Your website',
    siteHint: 'Its public pages are read, like a search engine does, and again every week.',
    read: 'Read my website',
    byHand: 'I would rather write answers myself',
    skip: 'Later; take me to the overview',
    toOverview: 'To the overview',
    reading: 'Your bot is reading',
    readDone: (pages: number) => `Your bot has read ${plural(pages, 'page', 'pages')}`,
    pagesRead: 'Pages that were read',
    nothing: 'Nothing could be read there. Check the address, or write your first answers yourself.',
    another: 'Try another address',
    asked: 'What your visitors might ask',
    askedText: 'Three questions from your own pages, asked just now.',
    askMore: 'Ask something of your own',
    tag: 'Put it on your website',
    knows: (pages: string) => `It knows ${pages} of your pages now.`,
  },

  pager: {
    label: 'Pages',
    previous: 'Previous',
    next: 'Next',
    position: (now: string, all: string) => `Page ${now} of ${all}`,
  },
}
