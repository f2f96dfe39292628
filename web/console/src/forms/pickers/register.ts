/** The directory of a day, read once: units, people in office, deputies and advisers, regions. */
import { api, ask } from '@/api/client'
import type { components } from '@/api/openapi/directory.gen'
import { t } from '@/words/text'
import type { Pick } from '../fields'

type Node = components['schemas']['UnitNode']
type Deputy = components['schemas']['Deputy']
export interface Choice {
  value: string
  label: string
  note: string
}
type Register = Record<'unit' | 'person' | 'region', Choice[]>
const known = new Map<string, Promise<Register | null>>()

const flat = (nodes: Node[], above = ''): { node: Node; above: string }[] =>
  nodes.flatMap((node) => [{ node, above }, ...flat(node.units, node.short)])

function registerOf(units: Node[], deputies: Deputy[]): Register {
  const all = flat(units)
  const holders = all.flatMap(({ node }) => node.posts.map((post) => ({ value: post.person, label: post.name, note: node.short })))
  const elected = deputies.map((each) => ({ value: each.person, label: each.title, note: each.delegation }))
  const people = new Map([...holders, ...elected].map((each) => [each.value, each]))
  const regions = all.filter(({ node }) => node.region && node.level === 'county').map(({ node }) => ({ value: node.region ?? '', label: node.short, note: '' }))
  return {
    unit: all.map(({ node, above }) => ({ value: node.unit, label: node.title, note: above })),
    person: [...people.values()],
    region: [{ value: 'direct', label: t.value.forms.direct, note: '' }, ...regions],
  }
}

async function readRegister(day: string | null): Promise<Register | null> {
  const query = day ? { on: day } : {}
  const [units, deputies] = await Promise.all([
    ask<Node[]>(api.directory.GET('/units', { params: { query } })),
    ask<Deputy[]>(api.directory.GET('/deputies', { params: { query } })),
  ])
  return units.ok ? registerOf(units.data, deputies.ok ? deputies.data : []) : null
}

/** Returns the register of the day; null, and asked again next time, when the directory does not answer. */
export async function registerOn(day: string | null): Promise<Register | null> {
  const key = day ?? ''
  const asked = known.get(key) ?? readRegister(day)
  known.set(key, asked)
  const register = await asked
  if (!register) known.delete(key)
  return register
}

export const inRegister = (what: Pick): what is 'unit' | 'person' | 'region' => ['unit', 'person', 'region'].includes(what)
