/** Marks of what this person has seen. */
import { guarded, throughGate } from '@/api/client'
import { filterQuery, type Filter } from './filter'

/** Marks all that the filter lists, on all pages. */
export function seeAll(filter: Filter): Promise<boolean> {
  const address = new URL(throughGate(`/portal/v1/seen?${filterQuery(filter)}`), location.href)
  return guarded(new Request(address, { method: 'PUT' })).then((response) => response.ok, () => false)
}
