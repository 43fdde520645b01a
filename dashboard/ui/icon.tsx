/** The portal's icons: drawn on a 20 × 20 grid with a 1.5 line, coloured by the text around them. */
const shapes = {
  overview: 'M3 11.500h4.500v5H3zM3 3.500h4.500v5H3zM12.500 3.500H17v8h-4.500zM12.500 14.500H17v2h-4.500z',
  knowledge:
    'M10 5.200C8.500 4 6.300 3.500 3 3.500v11.800c3.300 0 5.500.500 7 1.700 1.500-1.200 3.700-1.700 7-1.700V3.500c-3.300 0-5.500.500-7 1.700zM10 5.200V17',
  chat: 'M3 8.500a5 5 0 0 1 5-5h4a5 5 0 0 1 0 10H7L3 17zM7.500 8.500h.010M10 8.500h.010M12.500 8.500h.010',
  bot: 'M4.500 7.500h11v8h-11zM10 7.500v-3M10 3.500h.010M7.800 11v1M12.200 11v1M2.500 10.500v2M17.500 10.500v2',
  integrate: 'M7 6.500 3.500 10 7 13.500M13 6.500l3.500 3.500-3.500 3.500M11.300 4.500l-2.600 11',
  key: 'M12.800 11.200a4 4 0 1 0-4-4c0 .500.100 1 .300 1.400L3.500 14.200v2.300h2.800v-1.800h1.800v-1.800h1.600l1.600-1.600c.500.200 1 .300 1.500-.100zM13.200 6.800h.010',
  account: 'M10 9.500a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM4 16.500c.500-3 2.700-4.500 6-4.500s5.500 1.500 6 4.500',
  more: 'M4 10a.5.5 0 1 0 1 0 .5.5 0 1 0-1 0M9.500 10a.5.5 0 1 0 1 0 .5.5 0 1 0-1 0M15 10a.5.5 0 1 0 1 0 .5.5 0 1 0-1 0',
  plus: 'M10 4v12M4 10h12',
  minus: 'M4 10h12',
  search: 'M9 14.500a5.500 5.500 0 1 0 0-11 5.500 5.500 0 0 0 0 11zM13 13l3.500 3.500',
  trash: 'M3.500 5.500h13M8 5.500v-2h4v2M5.200 5.500l.800 11h8l.800-11M8.500 9v4M11.500 9v4',
  edit: 'M3.500 16.500l.800-3.500 8.700-8.700a1.500 1.500 0 0 1 2.100 0l.600.600a1.500 1.500 0 0 1 0 2.100L7 15.700zM11.500 5.800l2.700 2.700',
  copy: 'M7.500 7.500h9v9h-9zM4.500 12.500h-1v-9h9v1',
  check: 'M4 10.500l4 4 8-9',
  close: 'M5 5l10 10M15 5L5 15',
  sun: 'M10 13a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM10 2.500v1.500M10 16v1.500M2.500 10H4M16 10h1.500M4.700 4.700l1 1M14.300 14.300l1 1M4.700 15.300l1-1M14.300 5.700l1-1',
  moon: 'M16.500 11.800A6.800 6.800 0 0 1 8.200 3.500a6.800 6.800 0 1 0 8.300 8.300z',
  screen: 'M3 4.500h14v9H3zM7.500 16.500h5M10 13.500v3',
  back: 'M16.500 10h-13M8 5.500L3.500 10 8 14.500',
  forward: 'M3.500 10h13M12 5.500l4.500 4.500-4.500 4.500',
  down: 'M5 7.500l5 5 5-5',
  warning: 'M10 3.500l7.500 13h-15zM10 8.500v3.500M10 14.200h.010',
  info: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 9.500v4M10 6.800h.010',
  external: 'M8 4.500H4.500v11h11V12M11.500 3.500h5v5M16 4L9.500 10.500',
  leave: 'M8 3.500H4.500v13H8M12 6.500l3.500 3.500-3.500 3.500M15 10H8',
  send: 'M10 16.500v-12M5 9l5-5 5 5',
  eye: 'M2.500 10S5 5 10 5s7.500 5 7.500 5-2.500 5-7.500 5-7.500-5-7.500-5zM10 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
  rotate: 'M16 10a6 6 0 1 1-1.800-4.300M16.500 3v3.500H13',
  stop: 'M6 6h8v8H6z',
} as const

export type IconName = keyof typeof shapes

/** Decoration only: the words beside it, or the label of its button, say what it means. */
export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={shapes[name]} />
    </svg>
  )
}

/** Two voices: the mark of Parley. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg class="mark" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path class="mark-asks" d="M4 11a7 7 0 0 1 7-7h4a7 7 0 0 1 0 14H8.500L4 21.500z" />
      <path
        class="mark-answers"
        d="M28 20.500a6 6 0 0 0-6-6h-.300A9.400 9.400 0 0 1 14 20.200v.300a6 6 0 0 0 6 6h4.200L28 29.500z"
      />
    </svg>
  )
}
