/** Finds units, people, platforms, regions and periods by a part of their name, as they are on a day. */
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
  code?: string
  region?: string | null
  name?: string
  title?: string
  short?: string
  unit_name?: string | null
  agency_name?: string | null
  post?: string | null
}
const ADDRESSES: Partial<Record<Pick, string>> = {
  unit: '/directory/v1/units', person: '/directory/v1/people', client: '/directory/v1/clients', region: '/directory/v1/regions', period: '/intake/v1/periods',
}
const MOST = '10'

/** The first name that an entry has, in the order of the keys. */
const first = (entry: Found, keys: (keyof Found)[]): string => keys.map((key) => entry[key]).find((value) => !!value) ?? ''
const choiceOf = (entry: Found): Choice => ({
  value: first(entry, ['id', 'code', 'unit', 'person', 'client']),
  label: first(entry, ['name', 'title', 'short']),
  note: [first(entry, ['unit_name', 'agency_name']), entry.post].filter(Boolean).join(' '),
})

/** Returns at most ten; null when the register does not answer. */
export async function find(what: Pick, text: string, day: string | null): Promise<Choice[] | null> {
  const address = ADDRESSES[what]
  if (!address) return []
  const query = new URLSearchParams({ q: text, limit: MOST, ...(day ? { on: day } : {}) })
  const answer = await read<Found[] | { items: Found[] }>(`${address}?${query.toString()}`)
  if (!answer.ok) return isSilence(answer.problem) ? null : []
  const entries = Array.isArray(answer.data) ? answer.data : answer.data.items
  return entries.map(choiceOf).filter((each) => each.value)
}
