/** A small judge of JSON by the schemas of our own OpenAPI document: what it says and no more. */

type Schema = Record<string, any>

/** What is wrong with a value, one sentence each; a member that the schema does not name is wrong too. */
export function faults(schema: Schema, value: unknown, document: any, place = '$'): string[] {
  const { members, rules } = flattened(schema, document)
  const out = rules.flatMap(rule => faultsOf(rule, value, document, place))
  if (members && value !== null && typeof value === 'object' && !Array.isArray(value))
    for (const name of Object.keys(value)) if (!members.has(name)) out.push(`${place}.${name} is not documented`)
  return out
}

/** A schema with all that it is made of; `members` undefined: any member may be there. */
function flattened(schema: Schema, document: any): { members: Set<string> | undefined; rules: Schema[] } {
  if (schema.$ref) {
    const path: string[] = schema.$ref.split('/').slice(1)
    return flattened(
      path.reduce((at, name) => at[name], document),
      document,
    )
  }
  const parts = (schema.allOf ?? []).map((part: Schema) => flattened(part, document))
  const open = schema.anyOf || schema.oneOf || schema.additionalProperties
  const names = [Object.keys(schema.properties ?? {}), ...parts.map((part: any) => [...(part.members ?? [])])].flat()
  return {
    members: open || names.length === 0 ? undefined : new Set(names),
    rules: [schema, ...parts.flatMap((part: any) => part.rules)],
  }
}

function faultsOf(schema: Schema, value: any, document: any, place: string): string[] {
  const choices: Schema[] | undefined = schema.anyOf ?? schema.oneOf
  if (choices && !choices.some(choice => faults(choice, value, document, place).length === 0))
    return [`${place} is none of its alternatives`]
  const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
  const types = [schema.type ?? []].flat()
  if (types.length > 0 && !types.includes(type) && !(types.includes('integer') && Number.isInteger(value)))
    return [`${place} is ${type}, not ${types.join(' or ')}`]
  const out: string[] = []
  if ('const' in schema && value !== schema.const) out.push(`${place} is not ${schema.const}`)
  if (schema.enum && !schema.enum.includes(value)) out.push(`${place}: ${value} is not in the list`)
  if (type === 'object') {
    for (const name of schema.required ?? []) if (!(name in value)) out.push(`${place}.${name} is missing`)
    for (const [name, inner] of Object.entries<Schema>(schema.properties ?? {}))
      if (name in value) out.push(...faults(inner, value[name], document, `${place}.${name}`))
  }
  if (type === 'array' && schema.items)
    for (const [i, item] of value.entries()) out.push(...faults(schema.items, item, document, `${place}[${i}]`))
  return out
}
