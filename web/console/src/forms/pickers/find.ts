/** Finds units, people and regions by a part of their name, as they are on a day; cases by words or number. */
import { api, ask } from '@/api/client'
import type { components } from '@/api/openapi/directory.gen'
import type { components as portal } from '@/api/openapi/portal.gen'
import { t } from '@/words/text'
import { titleOf } from '@/ui/titles'
import type { Pick } from '../fields'
import { regionsOn } from './regions'

type Unit = components['schemas']['UnitNode']
type Listed = portal['schemas']['Worklist']
type Person = components['schemas']['PersonFound']
export interface Choice {
  value: string
  label: string
  note: string
}
type Search = (q: string, on: string | undefined) => Promise<Choice[] | null>
const MOST = 10

const ofUnit = (unit: Unit): Choice => ({ value: unit.unit, label: unit.title, note: unit.above ?? '' })
const ofPerson = (person: Person): Choice => ({
  value: person.person,
  label: person.title,
  note: [...new Set([...person.posts.map(({ short }) => short), ...person.mandates.map(({ delegation }) => delegation)])].join(t.value.ledger.comma),
})
const ofCase = (line: Omit<Listed['items'][number], 'seen'>): Choice => ({ value: line.case_id, label: t.value.ui.of(titleOf(line), line.label ?? line.external_no ?? t.value.ledger.noNumber), note: line.status_name })
const SEARCHES: Partial<Record<Pick, Search>> = {
  async unit(q, on) {
    const answer = await ask<Unit[]>(api.directory.GET('/units', { params: { query: { q, on, limit: MOST } } }))
    return answer.ok ? answer.data.map(ofUnit) : null
  },
  async person(q, on) {
    const answer = await ask<Person[]>(api.directory.GET('/people', { params: { query: { q, on, limit: MOST } } }))
    return answer.ok ? answer.data.map(ofPerson) : null
  },
  async official(q, on) {
    const answer = await ask<Person[]>(api.directory.GET('/people', { params: { query: { q, on, limit: MOST, registered: true } } }))
    return answer.ok ? answer.data.map(ofPerson) : null
  },
  async case(q) {
    const answer = await ask<Listed>(api.portal.GET('/worklist', { params: { query: { q: q || undefined, sort: 'newest', limit: MOST } } }))
    return answer.ok ? answer.data.items.map(ofCase) : null
  },
  async region(q, on) {
    const all = await regionsOn(on)
    return all && all.filter(({ label, value }) => label.includes(q) || value === q)
  },
}

/** Returns at most ten; null when the directory does not answer. */
export async function find(what: Pick, text: string, day: string | null): Promise<Choice[] | null> {
  const search = SEARCHES[what]
  return search ? search(text, day ?? undefined) : []
}

/** A search does not find a case by its id, nor one whose title is sealed. */
async function nameOfCase(case_id: string): Promise<string | null> {
  const answer = await ask<portal['schemas']['CasePage']>(api.portal.GET('/cases/{case_id}', { params: { path: { case_id } } }))
  return answer.ok ? ofCase(answer.data).label : null
}

/** Returns the name of what was chosen before, also when its form is opened again. */
export async function named(what: Pick, value: string, day: string | null): Promise<string | null> {
  if (what === 'case') return nameOfCase(value)
  const found = await find(what, value, day)
  return found?.find((each) => each.value === value)?.label ?? null
}
