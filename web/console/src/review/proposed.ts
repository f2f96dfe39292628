/** What an act that waits for a second person would do, and why. Pure. */
import { choices, type Field, type Value } from '@/forms/fields'
import { formWords } from '@/words/forms'
import { t, word } from '@/words/text'

type Content = Record<string, unknown>
const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** The unit to which a paper would go and in which form, or the kind that it would become. */
export function wayOf(content: Content, nameOf: (id: string) => string): string {
  const to = text(content['to'])
  return to ? t.value.ui.of(nameOf(to), word('pass-form', text(content['form']))) : word('kind', text(content['kind']))
}

export function proposedBy(content: Content, nameOf: (id: string) => string): string {
  const group = content['kind'] ? 'diversion-reason' : 'refusal-reason'
  const why = text(content['reason']) ? word(group, text(content['reason'])) : ''
  const note = text(content['note']) ? t.value.ui.because(text(content['note'])) : ''
  return [wayOf(content, nameOf), why + note].filter(Boolean).join(t.value.case.between)
}

type NameOf = (id: string) => string
const PICKED = ['unit', 'person', 'official']
const picks = ({ schema }: Field): boolean => PICKED.includes(schema['x-pick'] ?? '')
const within = (field: Field, value: Value): [Field, Value][] => {
  if (field.kind === 'group') return field.fields.flatMap((each) => within(each, (value as Record<string, Value> | null)?.[each.name]))
  if (Array.isArray(value)) return value.flatMap((each) => (field.item ? within(field.item, each) : []))
  return value === undefined || value === null || value === '' ? [] : [[field, value]]
}
function saidIn(field: Field, value: Value, nameOf: NameOf): string {
  if (typeof value === 'boolean') return formWords(field.schema['x-words']?.[value ? 0 : 1] ?? '') || (value ? t.value.forms.yes : t.value.forms.no)
  if (picks(field)) return nameOf(String(value))
  return choices(field.schema).find((each) => each.value === value)?.label ?? String(value)
}
/** Each field that was filled in, by its title: nobody confirms what he cannot see. */
export const filledIn = (root: Field, content: Content, nameOf: NameOf): string =>
  within(root, content as Value).map(([field, value]) => field.title + t.value.ui.because(saidIn(field, value, nameOf))).join(t.value.case.between)

/** The units and people that it names. */
export const namedIn = (root: Field, content: Content): string[] => within(root, content as Value).filter(([field]) => picks(field)).map(([, value]) => String(value))

/** What an act on the organisation is about: `unit-u-edu:7` → u-edu. */
export const aboutOf = (act: string): string => act.replace(/^[a-z]+-|:\d+$/g, '')
