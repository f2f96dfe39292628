/** From a command's JSON schema to the fields that a form shows. Pure. */
import { formWords, saysDuty } from '@/words/forms'
import { choicesOf, isGroup, word } from '@/words/text'

export type Value = string | number | boolean | null | undefined | Value[] | { [name: string]: Value }
export type Pick = 'unit' | 'person' | 'official' | 'proposer' | 'client' | 'region' | 'period' | 'file' | 'attachment' | 'case'

export interface Schema {
  type?: string
  title?: string
  description?: string
  format?: string
  pattern?: string
  enum?: string[]
  required?: string[]
  properties?: Record<string, Schema>
  order?: string[]
  items?: Schema
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  minimum?: number
  maximum?: number
  nullable?: boolean
  examples?: unknown[]
  'x-help'?: string
  'x-code'?: string
  /** `check` is no register of its own: its list is the checklist of the case. */
  'x-pick'?: Pick | 'check'
  'x-words'?: string[]
}

export type Kind = 'group' | 'list' | 'checklist' | 'several' | 'choice' | 'file' | 'pick' | 'date' | 'number' | 'flag' | 'long' | 'line'
export interface Field {
  name: string
  kind: Kind
  title: string
  help: string
  required: boolean
  schema: Schema
  fields: Field[]
  item: Field | null
}

/** Lists of rows, each with the fields of the item. */
export const isRows = ({ kind }: Field): boolean => kind === 'list' || kind === 'checklist'
const LONG = 200
/** A field that only some cases need says so in its help; nobody shall read that it may stay empty. */
export const mayBeEmpty = ({ required, schema }: Field): boolean => !required && !saysDuty(schema['x-help'] ?? '')
const isCode = (schema: Schema): boolean => !!schema.enum || isGroup(schema['x-code'] ?? '')

/** The first that fits is the kind. */
const KINDS: [Kind, (schema: Schema) => boolean][] = [
  ['group', (schema) => !!schema.properties],
  ['several', (schema) => !!schema.items && isCode(schema.items)],
  ['checklist', (schema) => schema.items?.properties?.check?.['x-pick'] === 'check'],
  ['list', (schema) => schema.type === 'array'],
  ['file', (schema) => schema['x-pick'] === 'file'],
  ['pick', (schema) => !!schema['x-pick']],
  ['flag', (schema) => schema.type === 'boolean'],
  ['choice', isCode],
  ['date', (schema) => schema.format === 'date'],
  ['number', (schema) => schema.type === 'integer' || schema.type === 'number'],
  ['long', (schema) => (schema.maxLength ?? 0) > LONG],
  ['line', () => true],
]

export function fieldOf(schema: Schema, name = '', required = true): Field {
  const names = schema.order ?? Object.keys(schema.properties ?? {})
  const inner = names.map((each) => {
    const part = schema.properties?.[each] ?? {}
    return fieldOf(part, each, !!schema.required?.includes(each))
  })
  return {
    name, required, schema, fields: inner,
    kind: KINDS.find(([, fits]) => fits(schema))?.[0] ?? 'line',
    get title() { return formWords(schema.title ?? name) },
    get help() { return formWords(schema['x-help'] ?? '') },
    item: schema.items ? fieldOf(schema.items.properties ? schema.items : { title: schema.title, ...schema.items }, name) : null,
  }
}

/** Codes by group that the case of a form knows; of groups that are not there it knows all. */
export type Known = Partial<Record<string, string[]>>
/** Returns what may be chosen: the values of the schema, with the names of their group; what is chosen stays. */
export function choices(schema: Schema, known: Known = {}, chosen?: Value): { value: string; label: string }[] {
  const group = schema['x-code'] ?? ''
  const every = schema.enum?.map((value) => ({ value, label: isGroup(group) ? word(group, value) : value })) ?? choicesOf(group)
  const held = known[group]
  return held ? every.filter(({ value }) => held.includes(value) || value === chosen) : every
}

/** Holds as many rows as there must be; chooses nothing, also where the schema has a default. */
export function emptyOf(field: Field): Value {
  if (field.kind === 'group') return Object.fromEntries(field.fields.map((each) => [each.name, emptyOf(each)]))
  if (field.kind === 'several') return []
  if (!isRows(field) || !field.item) return undefined
  const item = field.item
  return Array.from({ length: field.schema.minItems ?? 0 }, () => emptyOf(item))
}

const isRecord = (value: Value): value is { [name: string]: Value } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Fills a form from a body: a draft, an example, the former version. */
export function filled(field: Field, body: Value): Value {
  if (field.kind === 'group') {
    const given = isRecord(body) ? body : {}
    return Object.fromEntries(field.fields.map((each) => [each.name, filled(each, given[each.name])]))
  }
  if (isRows(field) && field.item && Array.isArray(body)) {
    const item = field.item
    return body.map((row) => filled(item, row))
  }
  return body ?? emptyOf(field)
}

/** A check stands in its list from the beginning; it counts when it is answered. */
const isBegun = (field: Field, row: Value): boolean => (field.kind === 'checklist' ? isRecord(row) && Object.keys(row).length > 1 : isFilledIn(row))
const isFilledIn = (value: Value): boolean => value !== undefined && value !== null && value !== ''

function sentRows(field: Field, value: Value): Value {
  const rows = Array.isArray(value) ? value : []
  const item = field.item
  const kept = item && isRows(field) ? rows.map((row) => sent(item, row)).filter((row) => isBegun(field, row)) : [...rows]
  return kept.length || field.required ? kept : undefined
}

/** Returns the body: only what was filled in, so that the server's defaults hold. */
export function sent(field: Field, value: Value): Value {
  if (isRows(field) || field.kind === 'several') return sentRows(field, value)
  if (field.kind !== 'group') return isFilledIn(value) ? value : undefined
  const given = isRecord(value) ? value : {}
  const pairs = field.fields.map((each) => [each.name, sent(each, given[each.name])] as const)
  const kept = pairs.filter(([, each]) => each !== undefined)
  return kept.length || field.required ? Object.fromEntries(kept) : undefined
}
