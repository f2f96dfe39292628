/** Reasons of steps that intake took: a correction, a signature that was declined, a withdrawal, and how a refusal was told. */
import { dayOf } from '@/ui/days'
import { t, word } from '@/words/text'
import type { CaseView } from './views'

export type Step = CaseView['steps'][number]
export type Notice = NonNullable<NonNullable<CaseView['refusal']>['notice']>

/** What is hidden from the reader, or was not given, is left out. */
export function reasonOf(step: Step, nameOf: (id: string) => string): string {
  const about = step.signer ?? (step.purpose ? word('purpose', step.purpose) : '')
  const evidence = step.evidence ? t.value.case.evidence(step.evidence) : ''
  const said = [about, step.reason ?? '', evidence].filter(Boolean).join(t.value.case.between)
  return t.value.case.stepOf(step.on ?? dayOf(step.at), step.step, nameOf(step.by), said)
}

export const noticeOf = (notice: Notice): string => t.value.case.told(notice.on, word('notice-mode', notice.mode), notice.receipt)

/** The unit to which a paper was passed on, and in which form. */
export const passedTo = (refusal: CaseView['refusal'], nameOf: (id: string) => string): string =>
  refusal?.to ? t.value.ui.of(nameOf(refusal.to), word('pass-form', refusal.form ?? '')) : ''

/** What a paper was before it became another kind: each kind with its number, or the day on which it came in. */
export const formerOf = (former: CaseView['former']): string =>
  former.map((was) => t.value.ui.of(word('kind', was.kind), was.external_no ?? was.received_on)).join(t.value.ledger.comma)
