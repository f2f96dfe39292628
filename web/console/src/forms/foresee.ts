/** Asks the service of an act what the act will bring about, before it is sent. */
import { api, ask } from '@/api/client'
import type { components } from '@/api/openapi/assignment.gen'
import type { Result } from '@/api/problem'

export type Told = components['schemas']['Consequences']
export type Act = components['schemas']['Considered']
type Foresight = (caseId: string, body: Act) => Promise<Result<Told>>
const params = (caseId: string) => ({ path: { case_id: caseId } })
const SERVICES: Record<string, Foresight> = {
  assignment: (id, body) => ask<Told>(api.assignment.POST('/cases/{case_id}/consequences', { params: params(id), body })),
  disclosure: (id, body) => ask<Told>(api.disclosure.POST('/cases/{case_id}/consequences', { params: params(id), body })),
  feedback: (id, body) => ask<Told>(api.feedback.POST('/cases/{case_id}/consequences', { params: params(id), body })),
  handling: (id, body) => ask<Told>(api.handling.POST('/cases/{case_id}/consequences', { params: params(id), body })),
  intake: (id, body) => ask<Told>(api.intake.POST('/cases/{case_id}/consequences', { params: params(id), body })),
  reminder: (id, body) => ask<Told>(api.reminder.POST('/cases/{case_id}/consequences', { params: params(id), body })),
}

export function foresee(service: string, caseId: string, act: Act): Promise<Result<Told>> {
  const foresight = SERVICES[service]
  if (!foresight) throw new Error(`${service} tells no consequences`)
  return foresight(caseId, act)
}

/** Whether anything would change beyond the record of the act. */
export const isFelt = (told: Told): boolean =>
  told.ends_case || !!told.public || told.second_person || [told.starts, told.ends, told.changes, told.units, told.moves].some((each) => each.length > 0)
