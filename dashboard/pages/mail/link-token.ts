/**
 * The token of a link out of a mail. It stands behind the #, which no server and no other page ever sees; once it is used it
 * is of no use in the history either.
 */
import { type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'

const read = () => location.hash.slice(1)

/** Empty: the page was opened without a link. Follows another link that is opened in the same window. */
export function useLinkToken(): Signal<string> {
  const token = useSignal(read())
  useEffect(() => {
    const follow = () => {
      token.value = read()
    }
    addEventListener('hashchange', follow)
    return () => removeEventListener('hashchange', follow)
  }, [])
  return token
}

export const forgetToken = (): void => history.replaceState(null, '', location.pathname)
