/** Reads of the cases whose task another unit has now. */
import { api, ask, type Portals } from '@/api/client'
import type { Result } from '@/api/problem'
import type { Wanted } from '@/ledger/filter'

export function readFormer({ filter, limit, after }: Wanted): Promise<Result<Portals['Worklist']>> {
  const query = { limit, total: true, ...(filter.q ? { q: filter.q } : {}), ...(filter.period ? { period: filter.period } : {}), ...(after ? { after } : {}) }
  return ask<Portals['Worklist']>(api.portal.GET('/worklist/former', { params: { query } }))
}
