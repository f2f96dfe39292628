/** Commands of a service: each POST with its body, references resolved, fields in file order. */

/** Follows references, and takes the schema that is not null of a schema that may be null. */
export function resolved(schema, all) {
  if (schema.$ref) {
    const { $ref, ...beside } = schema
    return resolved({ ...all[$ref.split('/').pop()], ...beside }, all)
  }
  const given = schema.anyOf?.filter((each) => each.type !== 'null' && each.const === undefined)
  if (given?.length === 1) {
    return { ...resolved(given[0], all), ...schema, anyOf: undefined, nullable: true }
  }
  return schema
}

const KEPT = [
  'type', 'title', 'description', 'format', 'pattern', 'enum', 'required', 'minLength', 'maxLength',
  'minItems', 'maxItems', 'minimum', 'maximum', 'examples', 'nullable',
  'x-help', 'x-code', 'x-pick', 'x-words',
]

function whole(raw, all) {
  const schema = resolved(raw, all)
  const kept = Object.fromEntries(KEPT.filter((key) => key in schema).map((key) => [key, schema[key]]))
  if (schema.properties) {
    const entries = Object.entries(schema.properties)
    kept.properties = Object.fromEntries(entries.map(([name, inner]) => [name, whole(inner, all)]))
    kept.order = entries.map(([name]) => name)
  }
  if (schema.items) kept.items = whole(schema.items, all)
  if (!kept.enum && schema.anyOf) {
    const values = schema.anyOf.flatMap((each) => each.enum ?? (each.const === undefined ? [] : [each.const]))
    if (values.length) Object.assign(kept, { type: 'string', enum: values })
  }
  return kept
}

/** Reads `schema` or the schemas of `anyOf`: a body that may be left out is one beside null. */
function bodyOf(operation, all) {
  const schema = operation.requestBody?.content?.['application/json']?.schema
  if (!schema) return null
  const named = [schema, ...(schema.anyOf ?? [])].find((each) => each.$ref)
  return named ? { name: named.$ref.split('/').pop(), schema: whole(schema, all) } : null
}

/** `登记来件 Register a case` → both. */
function titles(summary) {
  const match = /^(\S*[\u4e00-\u9fff]\S*(?:（[^）]*）)?)\s+(.+)$/.exec(summary ?? '')
  return match ? [match[1], match[2]] : [summary ?? '', summary ?? '']
}

/** Acts on a case or on one thing of it that names its target: their consequences can be asked for. */
const OF_CASE = /^\/cases\/\{case_id\}(\/(tasks|publications)\/\{task\}|\/evaluations\/\{evaluation\}|\/clocks\/\{clock\}|\/signatures\/\{signer\})?\/[^{}]+$/

export function commandsOf(service, document) {
  const all = document.components?.schemas ?? {}
  const foresightOf = '/cases/{case_id}/consequences'
  const foresight = foresightOf in document.paths
  return Object.entries(document.paths).flatMap(([path, methods]) => {
    const operation = methods.post
    const body = operation && bodyOf(operation, all)
    const action = operation?.['x-action']
    if (!body || !action) return []
    const [zh, en] = titles(operation.summary)
    const foresees = foresight && OF_CASE.test(path) && path !== foresightOf
    return [{ service, path, action, zh, en, help: operation['x-help'] ?? null, foresees, body: body.name, schema: body.schema }]
  })
}
