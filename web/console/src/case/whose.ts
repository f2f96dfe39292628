/** Names of what the acts of a case are about: the unit of a task, the rater of an evaluation, the signer of a signature. Pure. */
import type { Page } from './views'

interface Parts { tasks?: Record<string, { unit: string }>; evaluations?: Record<string, { rater?: string | null; unit?: string | null }> }
const rows = <K extends keyof Parts>(part: unknown, name: K) => Object.entries((part as Parts)[name] ?? {}) as [string, NonNullable<Parts[K]>[string]][]

/** Returns the name by target; whose name this person may not know is left out. */
export function whoseOf(page: Pick<Page, 'assignment' | 'feedback' | 'intake' | 'names'>): Record<string, string> {
  const name = (id: string | null | undefined) => (id ? (page.names?.[id] ?? '') : '')
  const tasks = rows(page.assignment, 'tasks').map(([task, { unit }]) => [task, name(unit) || unit])
  const raters = rows(page.feedback, 'evaluations').map(([id, { rater }]) => [id, name(rater)])
  const people = ((page.intake as { proposers?: { id: string; masked: string }[] }).proposers ?? []).map(({ id, masked }) => [id, name(id) || masked])
  return Object.fromEntries([...people, ...raters, ...tasks].filter(([, found]) => found))
}
