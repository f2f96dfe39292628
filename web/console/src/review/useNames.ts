/** Names of people, units and cases by their ids; an id that nothing is known of stands for itself. */
import { ref } from 'vue'
import { named } from '@/forms/pickers/find'
import type { Register } from './proposed'

export function useNames() {
  const names = ref<Record<string, string>>({})

  async function look(what: Register, id: string): Promise<void> {
    names.value[id] ??= (await named(what, id, null)) ?? id
  }
  return { name: (id: string) => names.value[id] ?? id, look }
}
