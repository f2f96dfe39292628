/** What stands in a case, to pick from in its forms: proposers and attachments. */
import type { Standing } from '@/forms/context'
import { picturesOf } from './pictures'
import { readIntake } from './views'

type Proposers = Standing['proposers']

/** Those of the papers that are merged into the case, who get its reply: as far as this person may know them. */
async function broughtWith(members: readonly { case_id: string }[]): Promise<Proposers> {
  const papers = await Promise.all(members.map((each) => readIntake(each.case_id)))
  return papers.flatMap((each) => (each.ok ? each.data.proposers : []))
}

export async function standingIn(caseId: string): Promise<Standing> {
  const answer = await readIntake(caseId)
  if (!answer.ok) return { proposers: [], attachments: [], pictures: [] }
  const attachments = answer.data.attachments.map(({ id, name }) => ({ id, name: name ?? id }))
  const brought = [...answer.data.proposers, ...(await broughtWith(answer.data.members ?? []))]
  return { proposers: [...new Map(brought.map(({ id, name }) => [id, { id, name }])).values()], attachments, pictures: picturesOf(answer.data.attachments) }
}
