/** @jsxImportSource ./dom */

/** The panel's line icons, drawn for it on a grid of 24. */
const paths = {
  close: 'M6 6l12 12M18 6L6 18',
  newChat: 'M12 5v14M5 12h14',
  send: 'M12 19V6M6 11l6-6 6 6',
  stop: 'M7 7h10v10H7z',
  copy: 'M9 9h10v10H9zM5 15V5h10',
  done: 'M5 13l5 5 9-11',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  up: 'M7 11v9H4v-9h3l4-8c2 0 3 2 2 6h6l-2 11H7',
}

export type IconName = keyof typeof paths

export const Icon = ({ name }: { name: IconName }) => (
  <svg viewBox="0 0 24 24" aria-hidden="true">
    <path d={paths[name]} />
  </svg>
)

/** A square button that is only an icon to the eye, and a name to everyone else. */
export function IconButton({
  icon,
  label,
  onClick,
  ...rest
}: {
  icon: IconName
  label: string
  onClick(): void
  [attribute: string]: unknown
}) {
  return (
    <button type="button" class="icon" {...rest} title={label} aria-label={label} onClick={onClick}>
      <Icon name={icon} />
    </button>
  )
}

/** Gives such a button another icon and name. */
export function relabel(button: HTMLElement, icon: IconName, label: string): void {
  button.title = label
  button.setAttribute('aria-label', label)
  button.replaceChildren(<Icon name={icon} />)
}
