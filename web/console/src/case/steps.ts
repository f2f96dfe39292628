/** The seven steps of a case, read off its course. Pure. */
import type { Text } from '@/words/text'
import type { Entry } from './views'

export type Step = keyof Text['case']['steps']
/** A step is done by any of these facts. */
const DONE_BY: [Step, string[]][] = [
  ['register', ['case.accepted', 'case.declined', 'case.passed-on']],
  /** Who contacts or answers has taken the task, also where the reader is not shown its receipt. */
  ['assign', ['assignment.received', 'assignment.begun', 'assignment.deemed-accepted', 'case.contacted', 'reply.signed', 'case.replied']],
  ['study', ['progress.reported', 'opinion.given']],
  ['contact', ['case.contacted']],
  ['sign', ['reply.signed']],
  ['reply', ['case.replied']],
  ['rate', ['case.rated', 'evaluation.lapsed']],
]
const bare = (type: string): string => type.replace(/\.v\d+$/, '')

/** With it a case begins again: all steps but the first are to be taken once more. */
const AGAIN = 'rehandling.ordered'

/** Returns each step with whether it is done; the first open one behind the last done is under way. */
export function stepsOf(course: Pick<Entry, 'type'>[]): { step: Step; state: 'done' | 'now' | 'open' }[] {
  const facts = course.map((entry) => bare(entry.type))
  const again = facts.lastIndexOf(AGAIN)
  const types = new Set(again < 0 ? facts : [...DONE_BY[0]![1].filter((fact) => facts.includes(fact)), ...facts.slice(again + 1)])
  const done = DONE_BY.map(([, by]) => by.some((fact) => types.has(fact)))
  /** Ratings that others give meanwhile are of the reply before. */
  if (again >= 0 && !types.has('case.replied')) done[DONE_BY.length - 1] = false
  const now = done.lastIndexOf(true) + 1
  return DONE_BY.map(([step], at) => ({ step, state: done[at] ? 'done' : at === now ? 'now' : 'open' }))
}
export const factOf = bare
