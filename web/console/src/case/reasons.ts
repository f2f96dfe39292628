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
