/** Marks of what this person has seen. */
import { guarded, throughGate } from '@/api/client'

async function put(path: string): Promise<boolean> {
  const request = new Request(new URL(throughGate(path), location.href), { method: 'PUT' })
  return guarded(request).then((response) => response.ok, () => false)
}
export const seeAll = (): Promise<boolean> => put('/portal/v1/seen')
