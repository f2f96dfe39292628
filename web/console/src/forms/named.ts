/** What some forms have beside their fields, by the command: which fields apply now, and a panel that shows the act as it is typed. */
import { defineAsyncComponent, type Component } from 'vue'
import type { About, Applies } from './applies'
import type { Value } from './fields'
import PaperPanel from './panels/PaperPanel.vue'
import PublicationPanel from './panels/PublicationPanel.vue'
import SigningPanel from './panels/SigningPanel.vue'

/** Loaded by the few forms that show something beside their fields. */
const AssignmentPanel = defineAsyncComponent(() => import('./panels/AssignmentPanel.vue'))
const DraftPanel = defineAsyncComponent(() => import('./panels/DraftPanel.vue'))
const RatingPanel = defineAsyncComponent(() => import('./panels/RatingPanel.vue'))
const RequestPanel = defineAsyncComponent(() => import('./panels/RequestPanel.vue'))
const OccasionPanel = defineAsyncComponent(() => import('./panels/OccasionPanel.vue'))
const PlanPanel = defineAsyncComponent(() => import('./panels/PlanPanel.vue'))
const PartsPanel = defineAsyncComponent(() => import('./panels/PartsPanel.vue'))

export interface Named {
  applies?: Applies
  /** References that the form sends and does not show; never those of a kept draft, which may be old. */
  carried?: readonly string[]
  panel?: Component
  /** The panel has what is decided on: a batch shows it of each case, too. */
  each?: boolean
}
type Group = Record<string, Value>
const at = (value: Value, name: string): Value => (value as Group | null | undefined)?.[name]
const open = (value: Value): boolean => at(value, 'mode') === 'open'
const shut = (value: Value): boolean => ['on-request', 'closed'].includes(String(at(value, 'mode')))
/** Fields of a decision on publication; until something is chosen all of them stand there. */
const publication = (of: (value: Value) => Value): Applies => ({ form: (value) => !shut(of(value)), reason: (value) => !open(of(value)) })
const below = (path: string, rules: Applies): Applies => Object.fromEntries(Object.entries(rules).map(([name, rule]) => [`${path}.${name}`, rule]))

const DATED = ['in-progress', 'planned']
const decision: Named = { applies: publication((value) => value), panel: PublicationPanel }
/** Meetings have sessions and members, who are in the register; petitions have a purpose and people, who are not, and say whom they are against. */
const SENT = ['petition', 'hotline']
const TOGETHER = ['delegation', 'party', 'group', 'sector', 'committee']
const isSent = (value: Value): boolean => !at(value, 'kind') || SENT.includes(String(at(value, 'kind')))
const isRaised = (value: Value): boolean => !SENT.includes(String(at(value, 'kind')))
const PARTICULARS = ['visitors', 'repeated', 'earlier', 'prior_level', 'bypassed', 'directed']
const isPetition = (value: Value): boolean => !at(value, 'kind') || at(value, 'kind') === 'petition'
const registration: Applies = {
  ...Object.fromEntries(PARTICULARS.map((name) => [name, isPetition])),
  session: isRaised,
  call_until: isRaised,
  in_session: isRaised,
  'proposers.person': isRaised,
  'proposers.name': (value) => isSent(value) || TOGETHER.includes(String(at(value, 'proposer_kind'))),
  'proposers.address': isSent,
  people: isSent,
  against: isSent,
  purpose: isPetition,
  no_consent_reason: (value) => at(value, 'consent') !== true,
}
/** Units and day of a plan are given only where the leader changes them. */
const isChanging = (value: Value): boolean => !at(value, 'verdict') || at(value, 'verdict') === 'changed'
/** Fields in which a clerk enters what a person has written. */
const onPaper = (...names: string[]): Applies => Object.fromEntries(names.map((name) => [name, (_: Value, { own }: About) => !own]))
export const NAMED: Partial<Record<string, Named>> = {
  'intake/NewCase': { applies: registration },
  'intake/Acceptance': { applies: { purpose: (_, { kind }) => !kind || kind === 'petition' } },
  'intake/Splitting': { panel: PartsPanel },
  'intake/Confirmation': { applies: onPaper('on', 'evidence'), carried: ['text_digest'], panel: PaperPanel },
  'intake/SignaturePaper': { applies: onPaper('on', 'evidence') },
  'intake/Withdrawal': { applies: onPaper('on', 'all_cosigners_agree') },
  'feedback/ReviewRequest': { applies: onPaper('on') },
  'assignment/NewAssignment': { panel: AssignmentPanel },
  'assignment/NewPlan': { panel: AssignmentPanel },
  'assignment/PlanDecision': { applies: { tasks: isChanging, reply_by: isChanging }, panel: PlanPanel, each: true },
  'assignment/ObjectionRuling': { panel: OccasionPanel },
  'assignment/Reassignment': { panel: OccasionPanel },
  'assignment/Arbitration': { panel: OccasionPanel },
  'assignment/CohandlerDecision': { panel: OccasionPanel },
  'handling/NewDraft': {
    applies: { target_date: (value) => !at(value, 'meaning') || DATED.includes(String(at(value, 'meaning'))), ...below('disclosure', publication((value) => at(value, 'disclosure'))) },
    panel: DraftPanel,
  },
  'handling/Signature': { panel: SigningPanel },
  'handling/DraftReturn': { panel: SigningPanel },
  'handling/ExtensionDecision': { panel: RequestPanel },
  'handling/SuspensionDecision': { panel: RequestPanel },
  'feedback/ReviewForm': { panel: RatingPanel },
  'disclosure/DecisionForm': decision,
  'disclosure/ExemptedDecisionForm': decision,
  'disclosure/ReviewForm': { panel: decision.panel },
}
