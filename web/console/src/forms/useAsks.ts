/** What the paper of a case asks for, item by item, as far as the reader may know it. */
import { onMounted, ref, type Ref } from 'vue'
import { api, ask } from '@/api/client'
import type { components } from '@/api/openapi/intake.gen'

type View = components['schemas']['CaseView']
export function useAsks(caseId: () => string): Ref<string[]> {
  const asks = ref<string[]>([])
  onMounted(async () => {
    const answer = await ask<View>(api.intake.GET('/cases/{case_id}', { params: { path: { case_id: caseId() } } }))
    asks.value = answer.ok ? (answer.data.asks ?? []) : []
  })
  return asks
}
