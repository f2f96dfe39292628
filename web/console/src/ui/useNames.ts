/** Names of the units and regions of today, for the rows of a table. */
import { onMounted, ref } from 'vue'
import { api, ask } from '@/api/client'
import type { components } from '@/api/openapi/directory.gen'

type Node = components['schemas']['UnitNode']

function collect(nodes: Node[], names: Record<string, string>): Record<string, string> {
  for (const node of nodes) {
    names[node.unit] = node.short
    if (node.region && node.level === 'county') names[node.region] = node.short
    collect(node.units, names)
  }
  return names
}

const names = ref<Record<string, string>>({})

/** Asked once; units that are closed today keep the names that their own answers give. */
export function useNames() {
  onMounted(async () => {
    if (Object.keys(names.value).length) return
    const answer = await ask<Node[]>(api.directory.GET('/units', { params: { query: {} } }))
    if (answer.ok) names.value = collect(answer.data, {})
  })
  return names
}
