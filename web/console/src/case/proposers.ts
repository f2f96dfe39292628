/** The proposers of a case, to pick from in its forms. */
import { readIntake } from './views'

export async function proposersOf(caseId: string): Promise<{ id: string; name: string }[]> {
  const answer = await readIntake(caseId)
  return answer.ok ? answer.data.proposers.map(({ id, name }) => ({ id, name })) : []
}
