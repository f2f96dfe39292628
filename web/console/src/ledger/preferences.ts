/** Columns and saved views, kept per person in this browser. */
import { reactive } from 'vue'
import { session } from '@/api/session'
import { USUAL } from './columns'

export interface View {
  name: string
  query: string
}
interface Kept {
  columns?: string[]
  views?: View[]
}
const keyOf = (): string => `duban.preferences:${session.me?.sub ?? ''}`
export const preferences = reactive({ columns: [...USUAL] as string[], views: [] as View[], isKept: true })

export function readPreferences(): void {
  try {
    const kept = JSON.parse(localStorage.getItem(keyOf()) ?? '{}') as Kept
    preferences.columns = kept.columns?.length ? kept.columns : [...USUAL]
    preferences.views = kept.views ?? []
  } catch {
    localStorage.removeItem(keyOf())
  }
}

function keep(): void {
  const { columns, views } = preferences
  try {
    localStorage.setItem(keyOf(), JSON.stringify({ columns, views }))
    preferences.isKept = true
  } catch {
    preferences.isKept = false
  }
}

export function chooseColumns(columns: string[]): void {
  preferences.columns = columns
  keep()
}
export function saveView(view: View): void {
  preferences.views = [...preferences.views.filter(({ name }) => name !== view.name), view]
  keep()
}
export function dropView(name: string): void {
  preferences.views = preferences.views.filter((view) => view.name !== name)
  keep()
}
