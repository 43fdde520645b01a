/** The parts of a large page, each with an address of its own. */
import { useEffect, useRef } from 'preact/hooks'
import { count, t } from '../text.ts'
import { Hidden } from './surface.tsx'

interface SubNavProps {
  label: string
  /** The address that is open. */
  path: string
  /** `count`: how much waits there for somebody. */
  items: { href: string; label: string; count?: number }[]
}

export function SubNav({ label, path, items }: SubNavProps) {
  const nav = useRef<HTMLElement>(null)
  // Where there are more than fit, the open one is in sight.
  useEffect(() => {
    const open = nav.current!.querySelector<HTMLElement>('[aria-current]')
    if (open) nav.current!.scrollLeft = open.offsetLeft - nav.current!.offsetLeft - 24
  }, [path])
  return (
    <nav class="sub-nav" aria-label={label} ref={nav}>
      {items.map(item => (
        <a key={item.href} href={item.href} aria-current={item.href === path ? 'page' : undefined}>
          {item.label}
          {item.count ? (
            <span class="menu-count">
              <span aria-hidden="true">{count(item.count)}</span>
              <Hidden>{t.nav.waiting(item.count)}</Hidden>
            </span>
          ) : null}
        </a>
      ))}
    </nav>
  )
}
