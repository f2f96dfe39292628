/** The seven steps of a case, read off its course. Pure. */
import type { Text } from '@/words/text'
import type { Entry } from './views'

export type Step = keyof Text['case']['steps']
/** A step is done by any of these facts. */
const DONE_BY: [Step, string[]][] = [
  ['register', ['case.accepted', 'case.declined', 'case.passed-on']],
  ['assign', ['assignment.received', 'assignment.begun', 'assignment.deemed-accepted']],
  ['study', ['progress.reported', 'opinion.given']],
  ['contact', ['case.contacted']],
  ['sign', ['reply.signed']],
  ['reply', ['case.replied']],
  ['rate', ['case.rated', 'evaluation.lapsed']],
]
const bare = (type: string): string => type.replace(/\.v\d+$/, '')

/** Returns each step with whether it is done; the first open one behind the last done is under way. */
export function stepsOf(course: Pick<Entry, 'type'>[]): { step: Step; state: 'done' | 'now' | 'open' }[] {
  const types = new Set(course.map((entry) => bare(entry.type)))
  const done = DONE_BY.map(([, facts]) => facts.some((fact) => types.has(fact)))
  const now = done.lastIndexOf(true) + 1
  return DONE_BY.map(([step], at) => ({ step, state: done[at] ? 'done' : at === now ? 'now' : 'open' }))
}
export const factOf = bare
