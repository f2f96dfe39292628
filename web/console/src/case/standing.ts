/** What stands in a case, to pick from in its forms: proposers and attachments. */
import type { Standing } from '@/forms/context'
import { readIntake } from './views'

export async function standingIn(caseId: string): Promise<Standing> {
  const answer = await readIntake(caseId)
  if (!answer.ok) return { proposers: [], attachments: [] }
  const attachments = answer.data.attachments.map(({ id, name }) => ({ id, name: name ?? id }))
  return { proposers: answer.data.proposers.map(({ id, name }) => ({ id, name })), attachments }
}
