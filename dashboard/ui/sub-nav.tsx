/** The parts of a large page, each with an address of its own. */
interface SubNavProps {
  label: string
  /** The address that is open. */
  path: string
  items: { href: string; label: string }[]
}

export function SubNav({ label, path, items }: SubNavProps) {
  return (
    <nav class="sub-nav" aria-label={label}>
      {items.map(item => (
        <a key={item.href} href={item.href} aria-current={item.href === path ? 'page' : undefined}>
          {item.label}
        </a>
      ))}
    </nav>
  )
}
