/** What every language's file needs to build a sentence around a name. */

/** Long names are cut between words where they stand inside a sentence. */
export const short = (text: string, max = 60) =>
  text.length > max ? `${text.slice(0, max).replace(/[\s,;:.?!–-]+\S*$/u, '')}…` : text
