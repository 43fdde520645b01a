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
    meaning: 'The installation to talk to.',
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
    otherwise: 'the bot’s colour',
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
    values: '`true`, seconds, `false`',
    otherwise: 'closed',
    meaning: 'Opens the chat with the page or some seconds later, without taking the focus; not on small screens.',
  },
  { name: 'launcher', values: 'text', otherwise: 'none', meaning: 'Words beside the launcher’s sign.' },
  {
    name: 'icon',
    values: 'one to three characters (an emoji), or an `https:` image',
    otherwise: 'a speech bubble',
    meaning: 'Stands in the launcher in place of its sign.',
  },
  {
    name: 'avatar',
    values: 'as `data-icon`',
    otherwise: 'a speech bubble',
    meaning: 'Stands in the head of the chat.',
  },
  {
    name: 'hide-on',
    values: 'paths with spaces between, `*` for anything',
    otherwise: 'shown everywhere',
    meaning: 'Pages without the widget, such as `/checkout* /admin/*`; followed through navigation without loading.',
  },
  {
    name: 'z-index',
    values: 'a number',
    otherwise: 'above everything',
    meaning: 'Puts the widget into a layer of the page, so that something of yours can lie over it.',
  },
  {
    name: 'history',
    values: '`tab`, `keep`, `none`',
    otherwise: '`tab`',
    meaning: 'Keeps the conversation for this tab, beyond it, or not at all.',
  },
  {
    name: 'text-NAME',
    values: 'text',
    otherwise: 'in the visitor’s language',
    meaning:
      'Any of the widget’s words said otherwise, such as `data-text-newChat`; their names are in `text/en.json`.',
  },
  {
    name: 'languages',
    values: 'such as `de en`',
    otherwise: 'all fourteen',
    meaning: 'Languages the widget may speak, the main one first: visitors who read none of them get that one.',
  },
  {
    name: 'tone',
    values: '`friendly`',
    otherwise: 'polite',
    meaning: 'The familiar form of address (`du`, `tu`) in the widget’s words.',
  },
  { name: 'embed-id', values: 'the client’s id', otherwise: '', meaning: 'The same as `data-company-id`.' },
  {
    name: 'api-key',
    values: 'the client’s id',
    otherwise: '',
    meaning: 'The same as `data-company-id`. Never a secret key (`cb_…`): everyone can read a page.',
  },
  {
    name: 'base-api-url',
    values: 'an address',
    otherwise: '',
    meaning: 'The same as `data-api-url`; a path is ignored.',
  },
  { name: 'chat-url', values: 'an address', otherwise: '', meaning: 'The same as `data-api-url`; a path is ignored.' },
] as const

export type SettingName = (typeof settings)[number]['name']
