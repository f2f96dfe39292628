/** Fields that apply only with what is chosen in others. Pure: the service refuses what does not fit, whatever is shown. */
import { join } from './faults'
import type { Field, Value } from './fields'

/** Path of a field → whether it applies to the value of the form, for a case of this kind. */
export type Applies = Record<string, (value: Value, kind?: string) => boolean>

const isEmpty = (value: Value): boolean => value === undefined || value === null || value === ''
const inside = (value: Value, name: string): Value => (value as Record<string, Value> | null | undefined)?.[name]

/** Returns the fields without those that do not apply; one that has a value stays, so that it can be cleared. */
export function applying(root: Field, value: Value, rules: Applies, kind?: string): Field {
  const within = (field: Field, own: Value, path: string): Field => ({
    ...field,
    fields: field.fields
      .filter((each) => {
        const rule = rules[join(path, each.name)]
        return !rule || rule(value, kind) || !isEmpty(inside(own, each.name))
      })
      .map((each) => (each.kind === 'group' ? within(each, inside(own, each.name), join(path, each.name)) : each)),
  })
  return within(root, value, '')
}
