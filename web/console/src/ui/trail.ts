/** The list that a case was opened from: the way back, and the next case of it. */
import { ref } from 'vue'

export interface Trail {
  /** Full path of the list, with filter, page and order. */
  back: string
  ids: string[]
  /** How many stand before the first of `ids` in the list. */
  before: number
  total: number | null
  last: string
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
