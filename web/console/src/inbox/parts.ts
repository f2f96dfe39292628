/** Parts of an inbox: what waits for this person of the page's acts, in their order, and a list beside them that waits for others. */
import { read, type Portals } from '@/api/client'
import type { Result } from '@/api/problem'
import { nameOf, readWaiting, type Waiting } from '@/ledger/waiting'
import { t } from '@/words/text'

const AWAITED = 'awaited'
/** Replies whose proposers are asked: the office enters the forms on paper that come in. */
const BESIDE: Partial<Record<string, string>> = { ratings: 'status=replied' }

export const partsOf = (waiting: Waiting[], actions: string[]): Waiting[] =>
  actions.flatMap((action) => waiting.filter((each) => each.action === action))

/** Names a part in the language of the page. */
export const titleOf = (part: Waiting): string => (part.action === AWAITED ? t.value.inbox.awaited : nameOf(part))

async function beside(query: string): Promise<Result<Waiting[]>> {
  const answer = await read<Portals['Tally']>(`/portal/v1/tally?${query}`)
  if (!answer.ok) return answer
  const { total, is_least } = answer.data
  return { ...answer, data: total ? [{ action: AWAITED, name: AWAITED, count: total, is_least, query }] : [] }
}

export async function readParts(page: string, actions: string[]): Promise<Result<Waiting[]>> {
  const waiting = await readWaiting()
  const query = BESIDE[page]
  const more = waiting.ok && query ? await beside(query) : null
  if (!waiting.ok || more?.ok === false) return waiting.ok && more ? more : waiting
  return { ...waiting, data: [...partsOf(waiting.data, actions), ...(more?.data ?? [])] }
}
