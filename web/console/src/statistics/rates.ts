/** Statistics of a period: groups with counts and rates. */
import { api, ask, type Portals } from '@/api/client'
import type { Result } from '@/api/problem'

export type Statistics = Portals['Statistics']
export type Group = Portals['Group']
export type By = 'all' | 'unit' | 'channel' | 'region' | 'subject'
export const BYS: By[] = ['unit', 'channel', 'region', 'subject']

export function readStatistics(period: string, kind: string, group: By): Promise<Result<Statistics>> {
  const query = { period, group, ...(kind ? { kind } : {}) }
  return ask<Statistics>(api.portal.GET('/statistics', { params: { query } }))
}

/** Returns the query of the ledger whose cases a group counts. */
export function listOf(group: Group, period: string, kind: string): Record<string, string> {
  const own = group.group === 'all' ? {} : { [group.group]: group.value }
  return { period, ...(kind ? { kind } : {}), ...own }
}
