/** What an act that waits for a second person would do, and why. Pure. */
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
