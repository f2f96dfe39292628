/** Names of what the acts of a case are about: the unit of a task, the rater of an evaluation, the signer of a signature, the clock of an escalation. Pure. */
import { t, word } from '@/words/text'
import type { Page } from './views'

interface Parts { tasks?: Record<string, { unit: string; round?: number }>; evaluations?: Record<string, { rater?: string | null; unit?: string | null }>; clocks?: Record<string, { rule?: string; unit?: string | null }> }
const rows = <K extends keyof Parts>(part: unknown, name: K) => Object.entries((part as Parts)[name] ?? {}) as [string, NonNullable<Parts[K]>[string]][]

/** Returns the name by target; whose name this person may not know is left out. */
export function whoseOf(page: Pick<Page, 'assignment' | 'feedback' | 'intake' | 'names'> & Partial<Pick<Page, 'reminder'>>): Record<string, string> {
  const name = (id: string | null | undefined) => (id ? (page.names?.[id] ?? '') : '')
  const handed = rows(page.assignment, 'tasks')
  /** A unit that handles a case again has a task of each round. */
  const again = (unit: string) => new Set(handed.filter(([, each]) => each.unit === unit).map(([, each]) => each.round)).size > 1
  const tasks = handed.map(([task, { unit, round }]) => [task, [name(unit) || unit, again(unit) ? t.value.case.round(round ?? 1) : ''].filter(Boolean).join(' ')])
  const raters = rows(page.feedback, 'evaluations').map(([id, { rater }]) => [id, name(rater)])
  const clocks = rows(page.reminder ?? {}, 'clocks').map(([clock, { rule, unit }]) => [clock, [word('rule', rule), name(unit)].filter(Boolean).join(' ')])
  const people = ((page.intake as { proposers?: { id: string; masked: string }[] }).proposers ?? []).map(({ id, masked }) => [id, name(id) || masked])
  return Object.fromEntries([...people, ...clocks, ...raters, ...tasks].filter(([, found]) => found))
}
