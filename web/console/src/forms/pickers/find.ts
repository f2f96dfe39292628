/** Finds units, people and platforms by a part of their name, as they are on a day. */
import { read } from '@/api/client'
import { isSilence } from '@/api/problem'
import type { Pick } from '../fields'

export interface Choice {
  value: string
  label: string
  note: string
}
interface Found {
  id?: string
  unit?: string
  person?: string
  client?: string
  name?: string
  title?: string
  short?: string
  unit_name?: string | null
  agency_name?: string | null
  post?: string | null
}
const ADDRESSES: Partial<Record<Pick, string>> = {
  unit: '/directory/v1/units', person: '/directory/v1/people', client: '/directory/v1/clients',
}
const MOST = '10'

const choiceOf = (entry: Found): Choice => ({
  value: entry.id ?? entry.unit ?? entry.person ?? entry.client ?? '',
  label: entry.name ?? entry.title ?? entry.short ?? '',
  note: [entry.unit_name ?? entry.agency_name, entry.post].filter(Boolean).join(' '),
})

/** Returns at most ten; null when the directory does not answer. */
export async function find(what: Pick, text: string, day: string | null): Promise<Choice[] | null> {
  const address = ADDRESSES[what]
  if (!address) return []
  const query = new URLSearchParams({ q: text, limit: MOST, ...(day ? { on: day } : {}) })
  const answer = await read<Found[] | { items: Found[] }>(`${address}?${query.toString()}`)
  if (!answer.ok) return isSilence(answer.problem) ? null : []
  const entries = Array.isArray(answer.data) ? answer.data : answer.data.items
  return entries.map(choiceOf).filter((each) => each.value)
}
