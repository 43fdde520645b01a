/**
 * JSX that makes DOM nodes at once: `<p class="note">{text}</p>` is a paragraph, not a description of one. The widget
 * updates so little that a framework would be half its weight. Files that use it begin with `@jsxImportSource ./dom`.
 *
 * Strings become text, never markup. `onClick` listens to `click`; every other member is an attribute, left out when
 * it is `false`, `null` or `undefined`.
 */
export type Child = Node | string | false | null | undefined | readonly Child[]

type Handlers<Target> = {
  [Type in keyof HTMLElementEventMap as `on${Capitalize<Type>}`]?: (
    event: HTMLElementEventMap[Type] & { currentTarget: Target },
  ) => void
}
type Attributes<Target> = Handlers<Target> & { children?: Child; [name: string]: unknown }

export declare namespace JSX {
  type Element = HTMLElement
  /** A component may also come to nothing. */
  type ElementType = string | ((props: any) => Child)
  interface ElementChildrenAttribute {
    children: unknown
  }
  type IntrinsicElements = { [Name in keyof HTMLElementTagNameMap]: Attributes<HTMLElementTagNameMap[Name]> } & {
    svg: Attributes<SVGSVGElement>
    path: Attributes<SVGPathElement>
  }
}

/** Appends children in order, nested lists flattened. */
export function fill(parent: Node, child: Child): void {
  if (Array.isArray(child)) for (const one of child) fill(parent, one)
  else if (child || child === '')
    parent.appendChild(typeof child === 'string' ? document.createTextNode(child) : (child as Node))
}

export function jsx(type: string | ((props: any) => Child), props: Record<string, any>): any {
  if (typeof type !== 'string') return type(props)
  const element = /^(svg|path)$/.test(type)
    ? document.createElementNS('http://www.w3.org/2000/svg', type)
    : document.createElement(type)
  for (const name in props) {
    const value = props[name]
    if (name === 'children') fill(element, value)
    else if (/^on[A-Z]/.test(name)) element.addEventListener(name.slice(2).toLowerCase(), value)
    else if (value != null && value !== false) element.setAttribute(name, value)
  }
  return element
}

export const jsxs = jsx
/** `<>…</>`: its children, as a list. */
export const Fragment = ({ children }: { children?: Child }): any => children

/** The same with the children in a row, as the build writes it: a name less for every element. */
export const h = (
  type: string | ((props: any) => Child),
  props: Record<string, any> | null,
  ...children: Child[]
): any => jsx(type, { ...props, children })
