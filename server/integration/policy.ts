/** What a content security policy (CSP Level 3, w3.org/TR/CSP3) lets a page do, as far as the widget needs it. */

/** Directives of one policy by name, in lower case. */
export type Policy = Map<string, string[]>

/** Policies of a header, which may hold several with commas between; each of them counts. */
export function readPolicies(header: string): Policy[] {
  return header
    .split(',')
    .map(
      text =>
        new Map(
          text
            .split(';')
            .map(directive => directive.trim().split(/\s+/))
            .filter(([name]) => name)
            // Of a directive that is there twice, the first counts.
            .reverse()
            .map(([name, ...sources]) => [name!.toLowerCase(), sources] as const),
        ),
    )
    .filter(policy => policy.size > 0)
}

/**
 * The directive that stands in the way of loading from `target`, or undefined when none does.
 * @param names directives in the order in which they are asked, e.g. script-src-elem, script-src, default-src
 * @param nonce of the tag, where it has one
 */
export function blockedBy(
  policy: Policy,
  names: readonly string[],
  { page, target, nonce }: { page: URL; target: URL; nonce?: string },
): string | undefined {
  const name = names.find(one => policy.has(one))
  if (name === undefined) return undefined
  const sources = policy.get(name)!
  if (nonce && sources.includes(`'nonce-${nonce}'`)) return undefined
  // With 'strict-dynamic' hosts count for nothing.
  const hosts = names[0] === 'script-src-elem' && sources.includes("'strict-dynamic'") ? [] : sources
  return hosts.some(source => allows(source, page, target)) ? undefined : [name, ...sources].join(' ')
}

function allows(source: string, page: URL, target: URL): boolean {
  const text = source.toLowerCase()
  if (text === "'self'") return target.origin === page.origin
  if (text === '*') return /^https?:$/.test(target.protocol)
  if (/^[a-z][a-z0-9+.-]*:$/.test(text))
    return text === target.protocol || (text === 'http:' && target.protocol === 'https:')
  const parts = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(\*|(?:\*\.)?[a-z0-9.-]+|\[[0-9a-f:]+\])(?::(\d+|\*))?(\/.*)?$/.exec(
    text,
  )
  if (!parts) return false
  const [, scheme = page.protocol.slice(0, -1), host = '', port, path = '/'] = parts
  const secured = target.protocol === 'https:'
  if (scheme !== target.protocol.slice(0, -1) && !(scheme === 'http' && secured)) return false
  if (host !== '*' && (host.startsWith('*.') ? !target.hostname.endsWith(host.slice(1)) : target.hostname !== host))
    return false
  const usual = secured ? '443' : '80'
  if (port !== '*' && (port ?? usual) !== (target.port || usual)) return false
  return path.endsWith('/') ? target.pathname.startsWith(path) : target.pathname === path
}
