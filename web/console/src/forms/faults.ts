/** Faults by path (`tasks.1.unit`): found here before sending, or told by the service afterwards. */
import type { Problem } from '@/api/problem'
import { t, word } from '@/words/text'
import { isRows, type Field, type Value } from './fields'

export type Faults = Record<string, string>
export const join = (path: string, name: string | number): string => (path ? `${path}.${name}` : `${name}`)

const isMissing = (value: Value): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)

function lineFault(field: Field, value: Value): string | null {
  const { pattern, examples } = field.schema
  if (field.kind !== 'line' || !pattern || new RegExp(pattern, 'u').test(String(value))) return null
  return t.value.forms.wrong(field.title, String(examples?.[0] ?? ''))
}

function scalarFault(field: Field, value: Value): string | null {
  if (!isMissing(value)) return lineFault(field, value)
  if (!field.required) return null
  const chosen = ['choice', 'several', 'pick', 'date', 'flag'].includes(field.kind)
  return chosen ? t.value.forms.choose(field.title) : t.value.forms.fill(field.title)
}

/** An optional part that nobody began is no fault. */
const isUntouched = (field: Field, value: Value): boolean => {
  if (field.required) return false
  if (field.kind === 'group') return field.fields.every((each) => isBlank(each, (value as Record<string, Value>)?.[each.name]))
  return isMissing(value)
}
function isBlank(field: Field, value: Value): boolean {
  if (field.kind !== 'group') return isMissing(value)
  return field.fields.every((each) => isBlank(each, (value as Record<string, Value>)?.[each.name]))
}

/** Returns the faults that the schema can tell; everything else is the service's to say. */
export function faultsOf(field: Field, value: Value, path = ''): Faults {
  if (isUntouched(field, value)) return {}
  if (field.kind === 'group') {
    const given = value as Record<string, Value>
    return Object.assign({}, ...field.fields.map((each) => faultsOf(each, given[each.name], join(path, each.name))))
  }
  if (isRows(field)) return listFaults(field, Array.isArray(value) ? value : [], path)
  const fault = scalarFault(field, value)
  return fault ? { [path]: fault } : {}
}

function listFaults(field: Field, rows: Value[], path: string): Faults {
  const { item, schema } = field
  const most = schema.maxItems
  if (most && rows.length > most) return { [path]: t.value.forms.most(most) }
  if (rows.length === 0) return field.required ? { [path]: t.value.forms.fill(field.title) } : {}
  return item ? Object.assign({}, ...rows.map((row, at) => about(field, row, faultsOf(item, row, join(path, at))))) : {}
}

/** Of a checklist each fault names its check: thirteen equal sentences would say nothing. */
function about(field: Field, row: Value, faults: Faults): Faults {
  if (field.kind !== 'checklist') return faults
  const name = word('check', String((row as { check?: Value }).check ?? ''))
  return Object.fromEntries(Object.entries(faults).map(([path, sentence]) => [path, name + t.value.ui.because(sentence)]))
}

/** Faults are told by position: after a row is removed, later ones move up, its own go. */
export function afterRemoval(faults: Faults, path: string, at: number): Faults {
  const moved = Object.entries(faults).flatMap(([key, sentence]) => {
    const rest = key.startsWith(`${path}.`) ? key.slice(path.length + 1).split('.') : []
    const index = Number(rest[0])
    if (!rest.length || Number.isNaN(index) || index < at) return [[key, sentence]]
    return index === at ? [] : [[[path, index - 1, ...rest.slice(1)].join('.'), sentence]]
  })
  return Object.fromEntries(moved) as Faults
}

/** Returns what a problem says of fields. */
export function faultsIn(problem: Problem): Faults {
  const told = (problem.errors ?? []).map((each) => [each.field, each.message] as const)
  const one = problem.field ? [[problem.field, problem.detail] as const] : []
  return Object.fromEntries(told.length ? told : one)
}

/** Returns the paths of all fields that a form shows now, so that other faults go to the summary. */
export function pathsOf(field: Field, value: Value, path = ''): string[] {
  if (field.kind === 'group') {
    const given = (value ?? {}) as Record<string, Value>
    return field.fields.flatMap((each) => pathsOf(each, given[each.name], join(path, each.name)))
  }
  const item = field.item
  if (!isRows(field) || !item) return [path]
  const rows = Array.isArray(value) ? value : []
  return [path, ...rows.flatMap((row, at) => pathsOf(item, row, join(path, at)))]
}
