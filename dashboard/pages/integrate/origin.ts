/** The address under which a client's site finds this installation. */
const isLocal = (url: string) => /^https?:\/\/(localhost|127\.|\[::1\])/.test(url)

/** What the installation says of itself, unless it was never told and says localhost to somebody who is elsewhere. */
export const publicOrigin = (said: string | undefined) =>
  said && (!isLocal(said) || isLocal(location.origin)) ? said : location.origin
