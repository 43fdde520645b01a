/** The parts of a large page, each with an address of its own. */
import { useEffect, useRef } from 'preact/hooks'

interface SubNavProps {
  label: string
  /** The address that is open. */
  path: string
  items: { href: string; label: string }[]
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
        </a>
      ))}
    </nav>
  )
}
