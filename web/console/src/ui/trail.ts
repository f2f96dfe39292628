/** The list that a case was opened from: the way back, and the next case of it, over its pages. */
import { ref } from 'vue'
import { read } from '@/api/client'
import type { Problem } from '@/api/problem'

/** How the list goes on behind `ids`: what was asked for them, and the mark of the next page. */
interface More {
  ask: string
  after: string
}
export interface Trail {
  /** Full path of the list, with filter, page and order. */
  back: string
  ids: string[]
  /** How many stand before the first of `ids` in the list. */
  before: number
  total: number | null
  last: string
  more?: More | null
  /** How far the table and the page were scrolled. */
  scrolled?: [number, number]
}
const KEPT_UNDER = 'duban.trail'

function kept(): Trail | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT_UNDER) ?? 'null') as Trail | null
  } catch {
    return null
  }
}
export const trail = ref<Trail | null>(kept())

export function follow(next: Trail): void {
  trail.value = next
  sessionStorage.setItem(KEPT_UNDER, JSON.stringify(next))
}

/** Returns the place of a case in its list, and its neighbour; null when it came from no list. */
export function placeOf(caseId: string): { at: number; of: number; next: string | null } | null {
  const list = trail.value
  const index = list ? list.ids.indexOf(caseId) : -1
  if (!list || index < 0) return null
  const of = Math.max(list.total ?? 0, list.before + list.ids.length)
  return { at: list.before + index + 1, of, next: list.ids[index + 1] ?? null }
}

/** Returns a query with some of its parameters changed. */
function changed(address: string, changes: Record<string, string>): string {
  const [path, query] = address.split('?')
  const params = new URLSearchParams(query)
  for (const [name, value] of Object.entries(changes)) params.set(name, value)
  return `${path ?? ''}?${params.toString()}`
}
const pageOf = (back: string): number => Number(new URLSearchParams(back.split('?')[1]).get('page') ?? 1)

interface Listed {
  items: { case_id: string }[]
  next?: string | null
}
type Turned = { ok: true; data: string | null } | { ok: false; problem: Problem }

async function turned(list: Trail, { ask, after }: More): Promise<Turned> {
  const answer = await read<Listed>(changed(ask, { after }))
  if (!answer.ok) return answer
  const ids = answer.data.items.map((line) => line.case_id)
  const first = ids[0]
  if (!first) return { ok: true, data: null }
  const back = changed(list.back, { after, page: `${pageOf(list.back) + 1}` })
  const more = answer.data.next ? { ask, after: answer.data.next } : null
  follow({ back, ids, before: list.before + list.ids.length, total: list.total, last: first, more })
  return { ok: true, data: first }
}

let turning: Promise<Turned> | null = null
/** Turns the list's page; returns its first case, null at the end. The total stays what it was when the person began. A second key turns no further page. */
export function turnPage(): Promise<Turned> {
  const list = trail.value
  if (!list?.more) return turning ?? Promise.resolve({ ok: true, data: null })
  turning ??= turned(list, list.more).finally(() => (turning = null))
  return turning
}
