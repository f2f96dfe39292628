/** What each service shows of a case, with at least what this browser caused. */
import { atLeast } from '@/api/causal'
import { api, ask, type Portals } from '@/api/client'
import type { components as Assignment } from '@/api/openapi/assignment.gen'
import type { components as Disclosure } from '@/api/openapi/disclosure.gen'
import type { components as Feedback } from '@/api/openapi/feedback.gen'
import type { components as Handling } from '@/api/openapi/handling.gen'
import type { components as Intake } from '@/api/openapi/intake.gen'
import type { components as Reminder } from '@/api/openapi/reminder.gen'
import type { Result } from '@/api/problem'

export interface Blocked {
  action: string
  target?: string | null
  service?: string | null
  rule: string
  detail: string
}
export type Page = Portals['CasePage'] & { blocked?: Blocked[] }
export type Entry = Portals['Entry']
export type Offered = Portals['ServiceAction']
export type CaseView = Intake['schemas']['CaseView']
export type AssignmentView = Assignment['schemas']['AssignmentView']
export type HandlingView = Handling['schemas']['HandlingView']
export type FeedbackView = Feedback['schemas']['FeedbackView']
export type DisclosureView = Disclosure['schemas']['DisclosureView']
export type ClocksShown = Reminder['schemas']['ClocksShown']

const of = (case_id: string, prefix: string) => {
  const known = atLeast(case_id).filter((each) => !prefix || each.startsWith(prefix))
  return { params: { path: { case_id }, query: { at_least: known.length ? known : undefined } } }
}

export const readPage = (id: string): Promise<Result<Page>> => ask<Page>(api.portal.GET('/cases/{case_id}', of(id, '')))
/** `reason`: for what a unit at work needs the contacts; it stays with the trace of the read. */
export function readIntake(id: string, reason = ''): Promise<Result<CaseView>> {
  const { params } = of(id, 'intake-')
  const query = { ...params.query, contact_reason: (reason || undefined) as 'verify' | undefined }
  return ask(api.intake.GET('/cases/{case_id}', { params: { ...params, query } }))
}
export const readAssignment = (id: string): Promise<Result<AssignmentView>> => ask(api.assignment.GET('/cases/{case_id}', of(id, 'assignment-')))
export const readHandling = (id: string): Promise<Result<HandlingView>> => ask(api.handling.GET('/cases/{case_id}', of(id, 'handling-')))
/** A case that has not come to a service is none there: it has nothing to show yet. */
async function orNone<T>(asked: Promise<Result<T>>, none: Partial<T>): Promise<Result<T>> {
  const answer = await asked
  return answer.ok || answer.problem.status !== 404 ? answer : { ok: true, data: none as T, etag: null }
}
export const readFeedback = (id: string): Promise<Result<FeedbackView>> => orNone<FeedbackView>(ask(api.feedback.GET('/cases/{case_id}', of(id, 'feedback-'))), { evaluations: [] })
export const readDisclosure = (id: string): Promise<Result<DisclosureView>> => orNone<DisclosureView>(ask(api.disclosure.GET('/cases/{case_id}', of(id, 'disclosure-'))), { publications: [] })
export const readClocks = (id: string): Promise<Result<ClocksShown>> => ask(api.reminder.GET('/cases/{case_id}/clocks', of(id, 'clocks-')))

export { isOfSystem, streamOf } from '@/api/streams'
