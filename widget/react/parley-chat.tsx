/** @jsxImportSource react */

/**
 * The widget as a React component. Copy this file into your project.
 *
 *   <ParleyChat companyId="YOUR_COMPANY_ID" host="https://parley.example" color="#1d6b57" />
 *
 * It draws nothing itself: the script puts the launcher on the page when the component is mounted, and takes it away
 * when it goes. On the server it renders to nothing.
 */
import { useEffect } from 'react'

export interface ParleyChatProps {
  companyId: string
  /** Address of the Parley installation. Default: https://parley.example */
  host?: string
  title?: string
  greeting?: string
  placeholder?: string
  /** `#rrggbb` */
  color?: string
  position?: 'right' | 'left'
  theme?: 'auto' | 'light' | 'dark'
  lang?: string
  launcher?: string
  icon?: string
  avatar?: string
  history?: 'tab' | 'keep' | 'none'
  /** Opens with the page, or after so many seconds. */
  open?: boolean | number
  zIndex?: number
  /** Fills in the form that asks for it. */
  person?: { name?: string; email?: string; phone?: string }
  onReady?(): void
  onOpen?(): void
  onClose?(): void
  onMessage?(detail: { question: string; answer: string }): void
  onLead?(detail: { name?: string; email?: string; phone?: string; message?: string }): void
}

type Queue = unknown[][]
type Controls = { push(call: unknown[]): void; destroy?(): void }

export function ParleyChat({ host = 'https://parley.example', person, ...props }: ParleyChatProps): null {
  const { onReady, onOpen, onClose, onMessage, onLead, ...looks } = props
  const settings = JSON.stringify(looks)
  const known = JSON.stringify(person)

  useEffect(() => {
    const { companyId, zIndex, ...attributes } = JSON.parse(settings)
    const script = document.createElement('script')
    script.src = `${host}/widget.js`
    script.dataset.companyId = companyId
    if (zIndex !== undefined) script.setAttribute('data-z-index', String(zIndex))
    for (const name in attributes) script.dataset[name] = String(attributes[name])
    script.async = true
    document.head.append(script)
    return () => {
      script.remove()
      const parley = (window as { Parley?: Controls | Queue }).Parley
      if (parley && 'destroy' in parley) parley.destroy?.()
      else delete (window as { Parley?: unknown }).Parley
    }
  }, [host, settings])

  useEffect(() => {
    if (known === undefined) return
    const page = window as { Parley?: Controls | Queue }
    page.Parley ??= []
    page.Parley.push(['identify', JSON.parse(known)])
  }, [known])

  useEffect(() => {
    const listeners = { ready: onReady, open: onOpen, close: onClose, message: onMessage, lead: onLead }
    const heard = Object.entries(listeners).flatMap(([name, listener]) => {
      if (!listener) return []
      const hear = (event: Event) => (listener as (detail: unknown) => void)((event as CustomEvent).detail)
      addEventListener(`parley:${name}`, hear)
      return [() => removeEventListener(`parley:${name}`, hear)]
    })
    return () => {
      for (const stop of heard) stop()
    }
  }, [onReady, onOpen, onClose, onMessage, onLead])

  return null
}
