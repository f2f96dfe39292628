/** The filter of a ledger: what the address says, and what the worklist is asked. Pure. */
export const FILTERS = [
  'q', 'kind', 'channel', 'period', 'region', 'subject', 'purpose', 'particular', 'review', 'scheme', 'charge', 'carrier', 'status', 'light', 'measure', 'unit', 'lead', 'subtree',
  'mine', 'waiting', 'waiting_for', 'unseen', 'due_from', 'due_to', 'batch', 'agency', 'running', 'by_unit', 'beside_units', 'unassigned', 'charged', 'backlog',
] as const
export type FilterName = (typeof FILTERS)[number]
export type Filter = Partial<Record<FilterName, string>>
export interface Wanted {
  filter: Filter
  sort: string
  limit: number
  page: number
  after: string
}
export type Query = Record<string, string>
export const SIZES = [20, 50, 100]
export const FIRST: Wanted = { filter: {}, sort: 'due', limit: 20, page: 1, after: '' }

type Given = Record<string, unknown>
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

export function fromQuery(query: Given): Wanted {
  const filter: Filter = {}
  for (const name of FILTERS) {
    const value = textOf(query[name])
    if (value) filter[name] = value
  }
  const limit = Number(textOf(query.limit))
  const page = Number(textOf(query.page))
  const after = textOf(query.after)
  return {
    filter, after,
    sort: textOf(query.sort) || FIRST.sort,
    limit: SIZES.includes(limit) ? limit : FIRST.limit,
    page: after && Number.isInteger(page) && page > 1 ? page : 1,
  }
}

/** Says only what differs from the first page of everything, so that addresses stay short. */
export function toQuery(wanted: Wanted): Query {
  const query: Query = {}
  for (const name of FILTERS) {
    const value = wanted.filter[name]
    if (value) query[name] = value
  }
  if (wanted.sort !== FIRST.sort) query.sort = wanted.sort
  if (wanted.limit !== FIRST.limit) query.limit = `${wanted.limit}`
  if (wanted.after) Object.assign(query, { after: wanted.after, page: `${wanted.page}` })
  return query
}

/** Returns the query string of the filter alone: for exports, counts and saved views. */
export function filterQuery(filter: Filter): string {
  const pairs = FILTERS.flatMap((name) => (filter[name] ? [[name, filter[name]] as [string, string]] : []))
  return new URLSearchParams(pairs).toString()
}

/** Returns what the worklist is asked. */
export function asked(wanted: Wanted): URLSearchParams {
  const params = new URLSearchParams(filterQuery(wanted.filter))
  params.set('sort', wanted.sort)
  params.set('limit', `${wanted.limit}`)
  params.set('total', 'true')
  if (wanted.after) params.set('after', wanted.after)
  return params
}

const WITHOUT = '-'
/** Returns the query that lists the cases of a group: of a unit those that it, or one below it, answers for. */
export function groupQuery(by: string, value: string): Query {
  if (by === 'unit') return value === WITHOUT ? { unassigned: 'true' } : { lead: value, subtree: 'true' }
  return { [by]: value === WITHOUT ? 'none' : value }
}
