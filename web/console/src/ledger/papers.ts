/** Addresses of the papers of a meeting that hands out (交办会): of what is filtered, or of ticked cases. Pure. */
export const PAPERS = ['arrangement', 'by-unit', 'analysis', 'contacts', 'duties'] as const
export type PaperName = (typeof PAPERS)[number]
/** Ids that one address takes, as the server says (`services/portal/filters.py`). */
export const MOST_TICKED = 200

/** Returns the papers that can be made of the query: an analysis is of one year, or of ticked cases. */
export function papersOf(query: string, names: readonly PaperName[] = PAPERS): PaperName[] {
  const given = new URLSearchParams(query)
  return names.filter((name) => name !== 'analysis' || given.has('period') || given.has('case'))
}

export function paperAddress(name: PaperName, query: string, way: 'print' | 'export', lang: string): string {
  const params = new URLSearchParams(query)
  if (name === 'by-unit') params.set('by', 'unit')
  params.set('lang', lang)
  return `/console/api/portal/meeting/${name === 'by-unit' ? 'arrangement' : name}/${way}?${params.toString()}`
}

/** Returns the query of what is ticked: the ids; of more than an address takes, the filter by which all were chosen, else none. */
export function tickedQuery(ids: string[], all: string | null): string | null {
  if (ids.length > MOST_TICKED) return all
  return new URLSearchParams(ids.map((id): [string, string] => ['case', id])).toString()
}
