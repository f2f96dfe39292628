/** What waits for this person: a count per action, each with the list that it counts. */
import { atLeast } from '@/api/causal'
import { read, type Portals } from '@/api/client'
import type { Result } from '@/api/problem'
import { wordIn } from '@/words/text'

export type Waiting = Portals['Waiting']

export function readWaiting(): Promise<Result<Waiting[]>> {
  const params = new URLSearchParams(atLeast().map((each): [string, string] => ['at_least', each]))
  return read<Waiting[]>(`/portal/v1/waiting?${params.toString()}`)
}

/** Names what waits in the language of the page. */
export const nameOf = ({ action, name }: Waiting): string => wordIn('waiting', action, name)
