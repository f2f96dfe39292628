/** 分案: the form of a part begins with what its paper says; the clerk leaves out what is no part of it. */
import { api, ask } from '@/api/client'
import type { components } from '@/api/openapi/intake.gen'
import type { Value } from '@/forms/fields'

type Whole = components['schemas']['CaseView']
type Signer = Whole['proposers'][number]
const SAME = ['agency', 'kind', 'channel', 'period', 'session', 'in_session', 'source_level', 'received_on', 'subject', 'region', 'wanted_unit', 'consent', 'proposer_kind', 'title', 'text', 'asks'] as const

/** Contacts come along as far as the clerk may read them. */
function signerOf({ known, id, part, contact }: Signer): Record<string, Value> {
  const { name, phone, address } = contact ?? {}
  return { ...(known ? { person: id } : { name }), part, phone, address }
}

/** What the form of a part begins with; null for a paper that nobody may see. */
export async function partOf(case_id: string): Promise<Record<string, Value> | null> {
  const answer = await ask<Whole>(api.intake.GET('/cases/{case_id}', { params: { path: { case_id } } }))
  if (!answer.ok) return null
  const whole = answer.data
  const same = Object.fromEntries(SAME.map((name) => [name, whole[name] ?? undefined]))
  return { ...same, proposers: whole.proposers.map(signerOf), split_from: case_id }
}
