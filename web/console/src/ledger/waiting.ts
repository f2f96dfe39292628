/** What waits for this person: a count per action, each with the list that it counts. */
import { atLeast } from '@/api/causal'
import { read } from '@/api/client'
import type { Result } from '@/api/problem'

export interface Waiting {
  action: string
  count: number
  query: string
}
interface Told {
  action: string
  count?: number
  cases?: number
  query: string | Record<string, string>
}

const queryOf = (query: Told['query']): string => (typeof query === 'string' ? query.replace(/^.*\?/, '') : new URLSearchParams(query).toString())

export async function readWaiting(): Promise<Result<Waiting[]>> {
  const params = new URLSearchParams(atLeast().map((each): [string, string] => ['at_least', each]))
  const answer = await read<Told[] | { items: Told[] }>(`/portal/v1/waiting?${params.toString()}`)
  if (!answer.ok) return answer
  const told = Array.isArray(answer.data) ? answer.data : answer.data.items
  const data = told.map((each) => ({ action: each.action, count: each.count ?? each.cases ?? 0, query: queryOf(each.query) }))
  return { ok: true, data, etag: answer.etag }
}
