/** Marks of what this person has seen. */
import { sendPlain } from '@/api/client'
import type { Result } from '@/api/problem'
import { filterQuery, type Filter } from './filter'

/** Marks all that the filter lists, on all pages. */
export const seeAll = (filter: Filter): Promise<Result<null>> => sendPlain('PUT', `/portal/v1/seen?${filterQuery(filter)}`)
