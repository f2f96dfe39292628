/** Statistics of a period: groups with counts and rates. */
import { api, ask, type Portals } from '@/api/client'
import type { Result } from '@/api/problem'
import { groupQuery } from '@/ledger/filter'

export type Statistics = Portals['Statistics']
export type Group = Portals['Group']
export type By = 'all' | 'unit' | 'kind' | 'channel' | 'region' | 'subject'
export const BYS: By[] = ['unit', 'kind', 'channel', 'region', 'subject']

export function readStatistics(period: string, kind: string, group: By): Promise<Result<Statistics>> {
  const query = { period, group, tree: true, ...(kind ? { kind } : {}) }
  return ask<Statistics>(api.portal.GET('/statistics', { params: { query } }))
}

/** Returns the query of the ledger whose cases a number counts. */
export function listOf(group: Group, period: string, kind: string, measure: string): Record<string, string> {
  const own = group.group === 'all' ? {} : groupQuery(group.group, group.value)
  return { period, ...(kind ? { kind } : {}), ...own, ...(measure === 'registered' ? {} : { measure }) }
}
