/** A batch: one command per case with a key of its own, four in flight; refused ones keep their sentence. */
import { Attempt } from '@/api/attempt'
import { command } from '@/api/client'
import { isConflict, type Problem } from '@/api/problem'
import { newerThan } from '@/forms/newer'
import type { Scope } from '@/forms/rules'

export interface Item {
  caseId: string
  name: string
  href: string
  target: string | null
  seen: number | null
  /** Tells which row of policy the case has. */
  scope: Scope
}
export type State = 'waits' | 'sent' | 'done' | 'refused'
export interface Row extends Item {
  state: State
  problem: Problem | null
  attempt: Attempt
}
const IN_FLIGHT = 4

export const rowsOf = (items: Item[]): Row[] =>
  items.map((item) => ({ ...item, state: 'waits', problem: null, attempt: new Attempt() }))

const order = (row: Row, body: unknown) => command({ href: row.href, body, key: row.attempt.current, seen: row.seen })

/** Looks at a case that has changed: what followed by itself is nobody's act, and the row goes on from there. */
async function isCaughtUp(row: Row): Promise<boolean> {
  const found = await newerThan(row.caseId, row.href.split('/')[1] ?? '', row.seen ?? 0)
  if (found?.goesOn) row.seen = found.goesOn
  return !!found?.goesOn
}

async function send(row: Row, body: unknown, changed: () => void): Promise<void> {
  row.state = 'sent'
  changed()
  let answer = await order(row, body)
  if (!answer.ok && isConflict(answer.problem) && (await isCaughtUp(row))) answer = await order(row, body)
  row.state = answer.ok ? 'done' : 'refused'
  row.problem = answer.ok ? null : answer.problem
  if (answer.ok) row.attempt.done()
  changed()
}

/** Sends what is not done yet; a second run sends only the refused ones, under their own keys. */
export async function run(rows: Row[], body: unknown, changed: () => void): Promise<void> {
  const queue = rows.filter((row) => row.state !== 'done')
  const worker = async (): Promise<void> => {
    for (let row = queue.shift(); row; row = queue.shift()) await send(row, body, changed)
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker))
}
