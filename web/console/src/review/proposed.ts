/** What an act that waits for a second person would do, and why. Pure. */
import { choices, type Field, type Value } from '@/forms/fields'
import { formWords } from '@/words/forms'
import { t } from '@/words/text'

type Content = Record<string, unknown>
type NameOf = (id: string) => string
const REGISTERS = { unit: 'unit', person: 'person', official: 'person', case: 'case' } as const
export type Register = (typeof REGISTERS)[keyof typeof REGISTERS]
const registerOf = ({ schema }: Field): Register | undefined => REGISTERS[schema['x-pick'] as keyof typeof REGISTERS]
const within = (field: Field, value: Value): [Field, Value][] => {
  if (field.kind === 'group') return field.fields.flatMap((each) => within(each, (value as Record<string, Value> | null)?.[each.name]))
  if (Array.isArray(value)) return value.flatMap((each) => (field.item ? within(field.item, each) : []))
  return value === undefined || value === null || value === '' ? [] : [[field, value]]
}
function saidIn(field: Field, value: Value, nameOf: NameOf): string {
  if (typeof value === 'boolean') return formWords(field.schema['x-words']?.[value ? 0 : 1] ?? '') || (value ? t.value.forms.yes : t.value.forms.no)
  if (registerOf(field)) return nameOf(String(value))
  return choices(field.schema).find((each) => each.value === value)?.label ?? String(value)
}
/** Each field that was filled in, by its title: nobody confirms what he cannot see. */
export const filledIn = (root: Field, content: Content, nameOf: NameOf): string =>
  within(root, content as Value).map(([field, value]) => field.title + t.value.ui.because(saidIn(field, value, nameOf))).join(t.value.case.between)

/** The units, people and cases that it names, by their register. */
export const namedIn = (root: Field, content: Content): [Register, string][] =>
  within(root, content as Value).flatMap(([field, value]) => {
    const register = registerOf(field)
    return register ? [[register, String(value)] as [Register, string]] : []
  })

/** What an act on the organisation is about: `unit-u-edu:7` → u-edu. */
export const aboutOf = (act: string): string => act.replace(/^[a-z]+-|:\d+$/g, '')
