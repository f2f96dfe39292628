/** Opening a case marks it as seen by this person. */
import { guarded, throughGate } from '@/api/client'

export async function markSeen(caseId: string): Promise<void> {
  const address = new URL(throughGate(`/portal/v1/cases/${caseId}/seen`), location.href)
  await guarded(new Request(address, { method: 'PUT' })).catch(() => null)
}
