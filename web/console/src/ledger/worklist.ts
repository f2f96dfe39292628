/** Reads of the worklist. */
import { atLeast } from '@/api/causal'
import { BACKGROUND, read, type Portals } from '@/api/client'
import type { Problem, Result } from '@/api/problem'
import { dayOf } from '@/ui/days'
import { titleOf } from '@/ui/titles'
import { language, t } from '@/words/text'
import { asked, filterQuery, type Filter, type Wanted } from './filter'

export type Line = Portals['ListedLine']
export type Worklist = Portals['Worklist']
const ADDRESS = '/portal/v1/worklist'

/** Number and title; of a case without number also when it was registered. */
export const nameOf = (line: Line): string =>
  [line.label ?? t.value.ui.of(t.value.ledger.noNumber, t.value.ledger.registeredOn(dayOf(line.registered_at))), titleOf(line)].join(' ')

export const pageAddress = (wanted: Wanted): string => `${ADDRESS}?${asked(wanted).toString()}`

export function readPage(wanted: Wanted, fresh = true): Promise<Result<Worklist>> {
  const params = asked(wanted)
  if (fresh) for (const each of atLeast()) params.append('at_least', each)
  return read<Worklist>(`${ADDRESS}?${params.toString()}`)
}

/** Reads a page again without anybody asking for it. */
export const glance = (wanted: Wanted): Promise<Result<Worklist>> => read<Worklist>(pageAddress(wanted), BACKGROUND)

/** Cases that may be chosen at once. */
export const MOST = 1000
/** Returns all lines of a filter, frozen now; or the problem on the way. */
export async function readAll(filter: Filter): Promise<{ lines: Line[]; problem: Problem | null }> {
  const lines: Line[] = []
  let after = ''
  do {
    const answer = await readPage({ filter, sort: 'due', limit: 100, page: 1, after }, false)
    if (!answer.ok) return { lines, problem: answer.problem }
    lines.push(...answer.data.items)
    after = answer.data.next ?? ''
  } while (after && lines.length < MOST)
  return { lines, problem: null }
}

/** Returns the address of the paper that the server makes of what is filtered: its order, its columns. */
export function printAddress({ filter, sort }: Wanted, columns: string[]): string {
  const params = new URLSearchParams(filterQuery(filter))
  params.set('sort', sort)
  params.set('lang', language.value)
  for (const column of columns) params.append('columns', column)
  return `/console/api/portal/worklist/print?${params.toString()}`
}

/** Returns the address of an export of all that is filtered, in the order shown and the columns chosen. */
export function exportAddress({ filter, sort }: Wanted, format: 'csv' | 'xlsx', columns: string[]): string {
  const params = new URLSearchParams(filterQuery(filter))
  params.set('sort', sort)
  params.set('format', format)
  for (const column of columns) params.append('columns', column)
  return `/console/api/portal/worklist/export?${params.toString()}`
}
