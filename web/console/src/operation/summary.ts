/** What operators should see first, counted from the services' answers. Pure. */
import type { components } from '@/api/openapi/portal.gen'

export type Operation = components['schemas']['Operation']
export type Condition = components['schemas']['Condition']
export type SetAside = components['schemas']['SetAside']

export interface Placed<T> {
  service: string
  item: T
}
const conditions = (operation: Operation): Condition[] => operation.services.flatMap(({ condition }) => condition ?? [])

/** Rows of all services in one list, each with its service. */
export const rowsOf = <T>(operation: Operation, pick: (condition: Condition) => T[]): Placed<T>[] =>
  conditions(operation).flatMap((condition) => pick(condition).map((item) => ({ service: condition.service, item })))

/** Messages that no group of the service has read yet; null while the bus does not answer. */
export function unread(condition: Condition): number | null {
  const lags = condition.consumers.map(({ lag }) => lag)
  return lags.includes(null) ? null : lags.reduce<number>((sum, lag) => sum + (lag ?? 0), 0)
}

export function summaryOf(operation: Operation) {
  const answers = conditions(operation)
  return {
    late: operation.services.length - answers.length,
    aside: answers.reduce((sum, each) => sum + each.aside_number, 0),
    behind: answers.filter((each) => unread(each) !== 0 || !!each.unpublished?.number).length,
    dead: operation.processes.filter(({ alive }) => !alive).length,
  }
}

/** The commands that fit: what waits for a version goes on by itself; only a message alone may be dropped. */
export function commandsFor(aside: SetAside): string[] {
  if (aside.state !== 'parked') return [`duban parked show ${aside.id}`]
  return ['replay', ...(aside.message ? ['drop'] : [])].map((act) => `duban parked ${act} ${aside.id}`)
}
