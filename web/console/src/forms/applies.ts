/** Fields that apply only with what is chosen in others. Pure: the service refuses what does not fit, whatever is shown. */
import { join } from './faults'
import type { Field, Value } from './fields'

/** The kind of the case, and whether the person acts for himself: what a clerk enters from paper is not asked of him. */
export interface About { kind?: string; own?: boolean }
/** Path of a field (of a list without the place of the item) → whether it applies to the value of the form. */
export type Applies = Record<string, (value: Value, about: About) => boolean>

/** A list without rows is empty, and so is a group of nothing but empty fields. */
const isEmpty = (value: Value): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) ? !value.length : typeof value === 'object' && Object.values(value).every(isEmpty))
const inside = (value: Value, name: string): Value => (value as Record<string, Value> | null | undefined)?.[name]

/** What the items of a list have under a name, whichever has it first. */
const inAny = (items: Value): Value =>
  Object.assign({}, ...(Array.isArray(items) ? items : []).map((item) => Object.fromEntries(Object.entries(item ?? {}).filter(([, each]) => !isEmpty(each as Value))))) as Value

/** Returns the fields without those that do not apply; one that has a value stays, so that it can be cleared. */
export function applying(root: Field, value: Value, rules: Applies, about: About = {}): Field {
  const within = (field: Field, own: Value, path: string): Field => ({
    ...field,
    fields: field.fields
      .filter((each) => {
        const rule = rules[join(path, each.name)]
        return !rule || rule(value, about) || !isEmpty(inside(own, each.name))
      })
      .map((each) => inner(each, inside(own, each.name), join(path, each.name))),
  })
  const inner = (field: Field, own: Value, path: string): Field => {
    if (field.kind === 'group') return within(field, own, path)
    return field.kind === 'list' && field.item?.kind === 'group' ? { ...field, item: within(field.item, inAny(own), path) } : field
  }
  return within(root, value, '')
}
