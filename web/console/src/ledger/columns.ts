/** The columns of a ledger; their headings are those of the export and of the paper. */
import { dayOf } from '@/ui/days'
import { titleOf } from '@/ui/titles'
import { t, word } from '@/words/text'
import type { CodeOf } from '@/words/words.gen'
import type { Line } from './worklist'

export type ColumnKey = Exclude<CodeOf<'column'>, 'case_id'>
export interface Orders {
  up: string
  down: string
}
export interface Column {
  key: ColumnKey
  /** The orders of the worklist that this column turns on. */
  sort?: Orders
  text: (line: Line, names: Record<string, string>) => string
}

const units = (ids: string[], names: Record<string, string>): string => ids.map((id) => names[id] ?? id).join(t.value.ledger.comma)
export const ALL: Column[] = [
  { key: 'light', text: (line) => word('light', line.light) },
  { key: 'label', sort: { up: 'number', down: '-number' }, text: (line) => line.label ?? '' },
  { key: 'title', text: (line) => titleOf(line) },
  { key: 'kind', text: (line) => word('kind', line.kind) },
  { key: 'status', text: (line) => word('status', line.status, line.kind) },
  { key: 'leads', text: (line, names) => units(line.leads, names) },
  { key: 'units', text: (line, names) => units(line.units, names) },
  { key: 'due', sort: { up: 'due', down: '-due' }, text: (line) => line.due_on ?? '' },
  { key: 'round', text: (line) => `${line.round}` },
  { key: 'channel', text: (line) => word('channel', line.channel) },
  { key: 'subject', text: (line) => word('subject', line.subject) },
  { key: 'particulars', text: (line) => line.particulars.map((each) => word('particular', each)).join(t.value.ledger.comma) },
  { key: 'reviews', text: (line) => line.reviews.map((each) => word('review-state', each)).join(t.value.ledger.comma) },
  { key: 'schemes', text: (line) => line.schemes.map((each) => word('charge-scheme', each)).join(t.value.ledger.comma) },
  { key: 'charge', text: (line, names) => units(line.charge, names) },
  { key: 'carrier', text: (line, names) => units(line.carrier ? [line.carrier] : [], names) },
  { key: 'period', text: (line, names) => names[line.period] ?? line.period },
  { key: 'proposer', text: (line) => line.proposer ?? '' },
  { key: 'external_no', text: (line) => line.external_no ?? '' },
  { key: 'received', text: (line) => line.received_on ?? '' },
  { key: 'registered', sort: { up: 'oldest', down: 'newest' }, text: (line) => dayOf(line.registered_at) },
  { key: 'updated', text: (line) => dayOf(line.updated_at) },
]
export const USUAL: ColumnKey[] = ['light', 'label', 'title', 'kind', 'status', 'leads', 'due']

/** The number leads to its case: a list without it would open none. */
export const WAY_IN: ColumnKey = 'label'
export const complete = (keys: readonly string[]): string[] => (keys.includes(WAY_IN) ? [...keys] : [WAY_IN, ...keys])

/** Columns in the order in which they were chosen; keys that are no longer known are left out. */
export const columnsOf = (keys: string[]): Column[] =>
  keys.flatMap((key) => ALL.find((column) => column.key === key) ?? [])
