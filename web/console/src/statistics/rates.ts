/** Statistics of a period: groups with counts and rates. */
import { api, ask, type Portals } from '@/api/client'
import type { Result } from '@/api/problem'

export type Statistics = Portals['Statistics']
export type Group = Portals['Group']
export type By = 'all' | 'unit' | 'kind' | 'channel' | 'region' | 'subject'
export const BYS: By[] = ['unit', 'kind', 'channel', 'region', 'subject']

/** Values of units that are no unit: with them the rows add up to the whole. */
export const NOWHERE = '-'
export const OTHER_KINDS = 'other-kinds'
export const isRest = (group: Group): boolean => group.group === 'unit' && (group.value === NOWHERE || group.value === OTHER_KINDS)

export function readStatistics(agency: string, period: string, kind: string, group: By): Promise<Result<Statistics>> {
  const query = { period, group, tree: true, ...(agency ? { agency } : {}), ...(kind ? { kind } : {}) }
  return ask<Statistics>(api.portal.GET('/statistics', { params: { query } }))
}

export interface Figure {
  measure: string
  number: number
  /** How many of them this person may open. */
  opened: number
}
export const figureOf = (group: Group, measure: string, number = group.counts[measure] ?? 0): Figure => ({ measure, number, opened: group.opened?.[measure] ?? 0 })
export const partsOf = (group: Group, rate: Group['share']): Figure[] => [
  figureOf(group, rate.numerator_measure, rate.numerator), figureOf(group, rate.denominator_measure, rate.denominator),
]

/** Returns the address of the list of those cases behind a number that can be opened. */
export const listOf = (group: Group, measure: string): string => `/cases?${group.query ?? ''}${measure === 'registered' ? '' : `&measure=${measure}`}`
export const isPart = (statistics: Statistics): boolean => statistics.groups.some((group) => Object.entries(group.counts).some(([measure, number]) => (group.opened?.[measure] ?? 0) < number))

/** Rates that are read together. */
const SET = {
  handling: ['closing', 'acceptance', 'reply', 'on-time'],
  talks: ['contact', 'face-to-face'],
  satisfaction: ['first-satisfaction', 'final-satisfaction', 'second-handling'],
  adoption: ['adoption'],
  publication: ['disclosure'],
}
export type RateSet = 'all' | keyof typeof SET
export const SETS: RateSet[] = ['all', 'handling', 'talks', 'satisfaction', 'adoption', 'publication']
export const inSet = (set: RateSet, rate: string): boolean => set === 'all' || SET[set].includes(rate)
