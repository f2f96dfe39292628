/** What a case is called where its matter may be sealed. */
import { t } from '@/words/text'

interface Titled {
  title: string | null
  proposer?: string | null
  received_on?: string | null
  external_no?: string | null
}
/** The matter; while it is sealed, what tells the paper from others: who brought it, when, under which number. */
export const titleOf = (paper: Titled): string =>
  paper.title ?? [t.value.ledger.sealed, paper.proposer, paper.received_on, paper.external_no].filter(Boolean).join(' ')
