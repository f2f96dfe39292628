/** References that a form must carry and nobody should type: the version of a draft, the digest of a text, the rung of a ladder. */
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
/** A new draft begins with the text of the last one: it was returned to be changed. */
async function formerText(caseId: string, target: string): Promise<Value> {
  const last = (await taskOf(caseId, target))?.drafts?.at(-1)
  if (!last) return undefined
  const { form, mode, reason } = last.disclosure
  return { text: last.text, meaning: last.meaning, target_date: last.target_date, disclosure: { form, mode, reason } }
}
async function firedRung(caseId: string, target: string): Promise<Value> {
  const answer = await readClocks(caseId)
  const clock = answer.ok ? answer.data.clocks.find((each) => each.clock === target) : undefined
  const rung = clock?.ladder.filter((each) => each.fired && each.acknowledge_by).at(-1)
  return rung ? { rung: rung.rung } : undefined
}

/** A signature is under the text that was read. */
async function textRead(caseId: string): Promise<Value> {
  const answer = await readIntake(caseId)
  return answer.ok && answer.data.text_digest ? { text_digest: answer.data.text_digest } : undefined
}

/** A text is amended where it stands. */
async function textNow(caseId: string): Promise<Value> {
  const answer = await readIntake(caseId)
  return answer.ok ? { title: answer.data.title ?? undefined, text: answer.data.text ?? undefined } : undefined
}

const GIVEN: Partial<Record<string, (caseId: string, target: string) => Promise<Value>>> = {
  'intake/Amendment': textNow,
  'intake/Confirmation': textRead,
  'handling/DraftReturn': lastDraft,
  'handling/Signature': lastDraft,
  'handling/NewDraft': formerText,
  'reminder/Acknowledgement': firedRung,
}

export async function initialOf(command: Command, caseId: string, target: string): Promise<Value> {
  return GIVEN[nameOf(command)]?.(caseId, target)
}
