/** Columns and saved views, kept per person by the portal. */
import { reactive } from 'vue'
import { guarded, read, throughGate } from '@/api/client'
import { USUAL } from './columns'

export interface View {
  name: string
  query: string
}
interface Kept {
  columns?: string[]
  views?: View[]
}
const ADDRESS = '/portal/v1/preferences'
export const preferences = reactive({ columns: [...USUAL] as string[], views: [] as View[], isKept: true })

let asked = false
export async function readPreferences(): Promise<void> {
  if (asked) return
  asked = true
  const answer = await read<Kept>(ADDRESS)
  if (!answer.ok) return
  if (answer.data.columns?.length) preferences.columns = answer.data.columns
  preferences.views = answer.data.views ?? []
}

async function keep(): Promise<void> {
  const { columns, views } = preferences
  const headers = { 'Content-Type': 'application/json' }
  const request = new Request(new URL(throughGate(ADDRESS), location.href), { method: 'PUT', headers, body: JSON.stringify({ columns, views }) })
  preferences.isKept = await guarded(request).then((response) => response.ok, () => false)
}

export function chooseColumns(columns: string[]): Promise<void> {
  preferences.columns = columns
  return keep()
}
export function saveView(view: View): Promise<void> {
  preferences.views = [...preferences.views.filter(({ name }) => name !== view.name), view]
  return keep()
}
export function dropView(name: string): Promise<void> {
  preferences.views = preferences.views.filter((view) => view.name !== name)
  return keep()
}
