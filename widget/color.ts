/** The chat's colours: a client's one colour, and whatever keeps it readable on light and on dark. */

type Rgb = [red: number, green: number, blue: number]

const parse = (hex: string) => [1, 3, 5].map(at => Number.parseInt(hex.slice(at, at + 2), 16)) as Rgb
const format = (rgb: Rgb) => `#${rgb.map(value => Math.round(value).toString(16).padStart(2, '0')).join('')}`

/** `part` of 0 is all `a`, of 1 all `b`. */
export function mix(a: string, b: string, part: number): string {
  const to = parse(b)
  return format(parse(a).map((value, i) => value + (to[i]! - value) * part) as Rgb)
}

/** Relative luminance, WCAG 2.2. */
function luminance(hex: string): number {
  const [r, g, b] = parse(hex).map(value => {
    const s = value / 255
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4
  }) as Rgb
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

/** Contrast ratio, WCAG 2.2: from 1 to 21. */
export function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

/** The same hue, as bright as it goes. */
function bright(color: string): string {
  const rgb = parse(color)
  return format(rgb.map(value => (value * 255) / (Math.max(...rgb) || 255)) as Rgb)
}

/** `color` moved towards `targets`, one after the other, as little as makes it readable as text (4.5 : 1) on `paper`. */
export function readable(color: string, paper: string, targets: string[]): string {
  let result = color
  for (const target of targets) {
    const from = result
    for (let part = 0; part <= 1 && contrast(result, paper) < 4.5; part += 0.05) result = mix(from, target, part)
  }
  return result
}

/** Custom properties of the panel; `color` is the client's, `#rrggbb`. */
export function palette(color: string, dark: boolean): Record<string, string> {
  const [paper, ink, faint] = dark ? ['#17191b', '#eceae4', '#a6a39b'] : ['#fffefb', '#1d1f1e', '#66645d']
  const tint = mix(paper!, color, dark ? 0.24 : 0.13)
  // What is readable on the ground nearer to the ink is readable on both.
  const ground = contrast(ink!, tint) < contrast(ink!, paper!) ? tint : paper!
  return {
    '--paper': paper!,
    '--ink': ink!,
    '--faint': faint!,
    '--wash': mix(paper!, ink!, dark ? 0.07 : 0.035),
    '--line': mix(paper!, ink!, dark ? 0.18 : 0.12),
    '--edge': mix(paper!, ink!, 0.5),
    '--tint': tint,
    '--accent': readable(color, ground, dark ? [bright(color), ink!] : [ink!]),
    '--shadow': dark ? '#0008' : '#1d1f1e2e',
  }
}
