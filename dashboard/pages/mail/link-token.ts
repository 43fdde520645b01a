/**
 * The token of a link out of a mail. It stands behind the #, which no server and no other page ever sees; once it is used it
 * is of no use in the history either.
 */
export const tokenOfLink = (): string => decodeURIComponent(location.hash.slice(1))

export const forgetToken = (): void => history.replaceState(null, '', location.pathname)
