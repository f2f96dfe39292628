/** References that a form must carry and nobody should type: the version of a draft, the digest of a text, the rung of a ladder. */
import { session } from '@/api/session'
import { nameOf, type Command } from '@/forms/commands'
import type { Value } from '@/forms/fields'
import { readClocks, readHandling, readIntake } from './views'

async function taskOf(caseId: string, target: string) {
  const answer = await readHandling(caseId)
  return answer.ok ? answer.data.tasks.find((each) => each.task === target) : undefined
}
async function lastDraft(caseId: string, target: string): Promise<Value> {
  const version = (await taskOf(caseId, target))?.drafts?.at(-1)?.version
  return version === undefined ? undefined : { version }
}
/** A new draft begins with the text of the last one: it was returned to be changed. A first one has a row for each item that is asked. */
async function formerText(caseId: string, target: string): Promise<Value> {
  const last = (await taskOf(caseId, target))?.drafts?.at(-1)
  if (!last) return rowsToAnswer(caseId)
  const { form, mode, reason } = last.disclosure
  const answers = last.answers?.map(({ ask, outcome, until, text }) => ({ ask, outcome, until, text }))
  return { text: last.text, meaning: last.meaning, target_date: last.target_date, disclosure: { form, mode, reason }, answers }
}
async function rowsToAnswer(caseId: string): Promise<Value> {
  const answer = await readIntake(caseId)
  const asks = answer.ok ? (answer.data.asks ?? []) : []
  return asks.length ? { answers: asks.map((_, at) => ({ ask: at + 1 })) } : undefined
}
async function firedRung(caseId: string, target: string): Promise<Value> {
  const answer = await readClocks(caseId)
  const clock = answer.ok ? answer.data.clocks.find((each) => each.clock === target) : undefined
  const rung = clock?.ladder.filter((each) => each.fired && each.acknowledge_by).at(-1)
  return rung ? { rung: rung.rung } : undefined
}

/** A signature is under the text that was read; one on paper is under what it says itself. */
async function textRead(caseId: string, signer: string): Promise<Value> {
  if (signer !== session.me?.sub) return undefined
  const answer = await readIntake(caseId)
  return answer.ok && answer.data.text_digest ? { text_digest: answer.data.text_digest } : undefined
}

/** A text is amended where it stands. */
async function textNow(caseId: string): Promise<Value> {
  const answer = await readIntake(caseId)
  if (!answer.ok) return undefined
  const { title, text, asks } = answer.data
  return { title: title ?? undefined, text: text ?? undefined, asks: asks ?? undefined }
}

/** Particulars are corrected where they stand. */
async function particularsNow(caseId: string): Promise<Value> {
  const answer = await readIntake(caseId)
  if (!answer.ok) return undefined
  const { visitors, repeated, earlier, prior_level, bypassed, directed } = answer.data
  return { visitors, repeated, earlier, prior_level, bypassed, directed }
}

/** A paper is split into what was registered from it. */
async function partsNow(caseId: string): Promise<Value> {
  const answer = await readIntake(caseId)
  return answer.ok ? { parts: answer.data.links.filter((each) => each.how === 'part' && each.incoming).map((each) => each.case_id) } : undefined
}

const GIVEN: Partial<Record<string, (caseId: string, target: string) => Promise<Value>>> = {
  'intake/Amendment': textNow,
  'intake/Confirmation': textRead,
  'intake/ParticularsForm': particularsNow,
  'intake/Splitting': partsNow,
  'handling/DraftReturn': lastDraft,
  'handling/Signature': lastDraft,
  'handling/NewDraft': formerText,
  'reminder/Acknowledgement': firedRung,
}

export async function initialOf(command: Command, caseId: string, target: string): Promise<Value> {
  return GIVEN[nameOf(command)]?.(caseId, target)
}
