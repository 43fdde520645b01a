/** Buttons, and links that look like them. */
import type { ComponentChildren } from 'preact'
import { Icon, type IconName } from './icon.tsx'

interface Look {
  /** One primary button per page says what to do next. */
  kind?: 'primary' | 'secondary' | 'quiet' | 'danger'
  small?: boolean
  icon?: IconName
  /** The icon behind the words. */
  iconAfter?: IconName
  wide?: boolean
}

interface ButtonProps extends Look {
  children: ComponentChildren
  type?: 'button' | 'submit'
  /** The work is under way: pressing again does nothing, and screen readers hear it. */
  busy?: boolean
  onClick?: (event: MouseEvent) => void
  'aria-label'?: string
}

const classOf = ({ kind = 'secondary', small, wide }: Look) =>
  `button button-${kind}${small ? ' button-small' : ''}${wide ? ' button-wide' : ''}`

const contentOf = ({ icon, iconAfter, small }: Look, children: ComponentChildren) => (
  <>
    {icon && <Icon name={icon} size={small ? 16 : 18} />}
    <span>{children}</span>
    {iconAfter && <Icon name={iconAfter} size={small ? 16 : 18} />}
  </>
)

/** A busy button stays focusable, so that the keyboard does not lose its place. */
export function Button({
  children,
  kind,
  small,
  icon,
  iconAfter,
  wide,
  type = 'button',
  busy,
  onClick,
  ...rest
}: ButtonProps) {
  const look = { kind, small, icon, iconAfter, wide }
  return (
    <button
      {...rest}
      type={type}
      class={classOf(look)}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      onClick={event => {
        if (busy) event.preventDefault()
        else onClick?.(event)
      }}
    >
      {contentOf(look, children)}
    </button>
  )
}

interface ButtonLinkProps extends Look {
  href: string
  /** For those who hear it without what stands around it. */
  label?: string
  /** The address is a file to keep, not a page. */
  download?: boolean
  children: ComponentChildren
}

export function ButtonLink({ href, label, download, children, ...look }: ButtonLinkProps) {
  return (
    <a href={href} class={classOf(look)} aria-label={label} download={download}>
      {contentOf(look, children)}
    </a>
  )
}

interface IconButtonProps {
  icon: IconName
  /** What it does, for those who cannot see the icon; shown as a tip too. */
  label: string
  onClick: (event: MouseEvent) => void
  busy?: boolean
  danger?: boolean
}

export function IconButton({ icon, label, onClick, busy, danger }: IconButtonProps) {
  return (
    <button
      type="button"
      class={`icon-button${danger ? ' icon-button-danger' : ''}`}
      aria-label={label}
      title={label}
      aria-disabled={busy || undefined}
      onClick={event => !busy && onClick(event)}
    >
      <Icon name={icon} size={18} />
    </button>
  )
}
