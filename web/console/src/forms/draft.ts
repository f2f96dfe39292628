/** Unsent text, kept in this browser by person, case, command and target; gone only after a 2xx. */
import type { Value } from './fields'

const PREFIX = 'duban.draft'
export interface Place {
  person: string
  caseId: string
  command: string
  target: string
}
export interface Draft {
  at: string
  value: Value
}

const keyOf = ({ person, caseId, command, target }: Place): string =>
  [PREFIX, person, caseId, command, target].map(encodeURIComponent).join(':')

export function readDraft(place: Place): Draft | null {
  try {
    return JSON.parse(localStorage.getItem(keyOf(place)) ?? 'null') as Draft | null
  } catch {
    return null
  }
}

/** Returns when it was saved; null when the browser has no room. */
export function saveDraft(place: Place, value: Value): string | null {
  const draft: Draft = { at: new Date().toISOString(), value }
  try {
    localStorage.setItem(keyOf(place), JSON.stringify(draft))
    return draft.at
  } catch {
    return null
  }
}

export function dropDraft(place: Place): void {
  localStorage.removeItem(keyOf(place))
}

/** Tells whether this person has unsent text anywhere. */
export function hasDrafts(person: string): boolean {
  const mine = `${[PREFIX, person].map(encodeURIComponent).join(':')}:`
  return Object.keys(localStorage).some((key) => key.startsWith(mine))
}
