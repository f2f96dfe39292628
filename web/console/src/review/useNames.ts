/** Names of people, units and cases by their ids; an id that nothing is known of stands for itself. */
import { ref } from 'vue'
import { api, ask } from '@/api/client'
import type { components } from '@/api/openapi/portal.gen'
import { named } from '@/forms/pickers/find'
import { titleOf } from '@/ui/titles'
import { t } from '@/words/text'
import type { Register } from './proposed'

async function caseNamed(case_id: string): Promise<string | null> {
  const answer = await ask<components['schemas']['CasePage']>(api.portal.GET('/cases/{case_id}', { params: { path: { case_id } } }))
  return answer.ok ? t.value.ui.of(titleOf(answer.data), answer.data.label ?? answer.data.external_no ?? t.value.ledger.noNumber) : null
}

export function useNames() {
  const names = ref<Record<string, string>>({})

  async function look(what: Register, id: string): Promise<void> {
    names.value[id] ??= (what === 'case' ? await caseNamed(id) : await named(what, id, null)) ?? id
  }
  return { name: (id: string) => names.value[id] ?? id, look }
}
