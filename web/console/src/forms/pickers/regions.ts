/** The regions of a day, read once: a city has some ten of them. */
import { api, ask } from '@/api/client'
import type { components } from '@/api/openapi/directory.gen'
import { t } from '@/words/text'
import type { Choice } from './find'

type Node = components['schemas']['UnitNode']
const known = new Map<string, Promise<Choice[] | null>>()

const flat = (nodes: Node[]): Node[] => nodes.flatMap((node) => [node, ...flat(node.units)])

async function readRegions(on: string | undefined): Promise<Choice[] | null> {
  const answer = await ask<Node[]>(api.directory.GET('/units', { params: { query: { on } } }))
  if (!answer.ok) return null
  const counties = flat(answer.data).filter(({ region, level }) => region && level === 'county')
  const regions = counties.map((node) => ({ value: node.region ?? '', label: node.short, note: '' }))
  return [{ value: 'direct', label: t.value.forms.direct, note: '' }, ...regions]
}

/** Returns the regions; null, and asked again next time, when the directory does not answer. */
export async function regionsOn(on: string | undefined): Promise<Choice[] | null> {
  const key = on ?? ''
  const asked = known.get(key) ?? readRegions(on)
  known.set(key, asked)
  const regions = await asked
  if (!regions) known.delete(key)
  return regions
}
