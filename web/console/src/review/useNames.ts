/** Names of people and units by their ids; an id that the directory does not know stands for itself. */
import { ref } from 'vue'
import { named } from '@/forms/pickers/find'

export function useNames() {
  const names = ref<Record<string, string>>({})

  async function look(what: 'person' | 'unit', ids: readonly string[]): Promise<void> {
    for (const id of ids) names.value[id] ??= (await named(what, id, null)) ?? id
  }
  return { name: (id: string) => names.value[id] ?? id, look }
}
