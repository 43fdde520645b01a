/**
 * Every setting of the script tag: `data-NAME`, or `NAME` in the query of its `src`. The one place they are listed: the
 * widget takes its names from here as types, which weigh nothing, and documents their rows.
 */
export const settings = [
  { name: 'company-id', values: 'the client’s id', otherwise: 'needed', meaning: 'Whose bot it is.' },
  {
    name: 'api-url',
    values: 'an address',
    otherwise: 'where the script came from',
    meaning: 'The installation to talk to, without a slash at the end.',
  },
  {
    name: 'title',
    values: 'text',
    otherwise: 'the bot’s name',
    meaning: 'Heads the chat, and names the launcher for screen readers.',
  },
  { name: 'greeting', values: 'text', otherwise: 'the bot’s greeting', meaning: 'The first words in the chat.' },
  {
    name: 'placeholder',
    values: 'text',
    otherwise: 'in the visitor’s language',
    meaning: 'Stands in the empty input.',
  },
  {
    name: 'color',
    values: '`#rrggbb`',
    otherwise: 'the bot’s colour, once the chat is opened',
    meaning: 'Launcher, accents and tints; text on it stays readable, whatever it is.',
  },
  { name: 'position', values: '`right`, `left`', otherwise: '`right`', meaning: 'The corner of the window.' },
  {
    name: 'theme',
    values: '`auto`, `light`, `dark`',
    otherwise: '`auto`: the visitor’s system',
    meaning: 'Light or dark.',
  },
  {
    name: 'lang',
    values: 'a language tag such as `de`',
    otherwise: 'the browser’s languages, then the page’s',
    meaning: 'The language of buttons and messages.',
  },
  {
    name: 'open',
    values: 'anything',
    otherwise: 'closed',
    meaning: 'Opens the chat with the page, without taking the focus; not on small screens.',
  },
  {
    name: 'history',
    values: '`tab`, `keep`, `none`',
    otherwise: '`tab`',
    meaning: 'Keeps the conversation for this tab, beyond it, or not at all.',
  },
] as const

export type SettingName = (typeof settings)[number]['name']
