/** The consequences of a batch: what each service tells of each case, and their sum. */
import type { Told } from '@/forms/foresee'
import { isFelt } from '@/forms/foresee'
import { t, word } from '@/words/text'

export interface Foreseen {
  caseId: string
  name: string
  /** Null where the service gave no answer. */
  told: Told | null
}
export interface Sum {
  lines: string[]
  refused: { caseId: string; name: string; why: string }[]
  unknown: number
}

/** Cases in which something occurs; each case counts once. */
class Tally {
  private readonly cases = new Map<string, Set<string>>()
  add(key: string, caseId: string): void {
    this.cases.set(key, (this.cases.get(key) ?? new Set()).add(caseId))
  }
  lines(worded: (n: number, key: string) => string): string[] {
    return [...this.cases].map(([key, found]) => worded(found.size, key))
  }
}

/** Kinds of lines that have no unit and no clock. */
const FLAGS = {
  endsCase: (told: Told) => told.ends_case,
  appears: (told: Told) => told.public === 'appears',
  disappears: (told: Told) => told.public === 'disappears',
  second: (told: Told) => told.second_person,
  nothing: (told: Told) => !isFelt(told),
}
type Flag = keyof typeof FLAGS
type Fine = { caseId: string; told: Told }

function unitLines(fine: Fine[], nameOf: (unit: string) => string): string[] {
  const tally = new Tally()
  for (const { caseId, told } of fine) for (const { change, unit, was, part } of told.units) tally.add([change, unit, (change === 'loses' ? was : part) ?? ''].join(' '), caseId)
  return tally.lines((n, key) => {
    const [change = '', unit = '', part = ''] = key.split(' ')
    return t.value.ledger.ahead[change as 'gains' | 'loses' | 'changes'](n, nameOf(unit), word('part', part))
  })
}
function flagLines(fine: Fine[]): string[] {
  const tally = new Tally()
  for (const { caseId, told } of fine) for (const [flag, holds] of Object.entries(FLAGS)) if (holds(told)) tally.add(flag, caseId)
  return tally.lines((n, flag) => t.value.ledger.ahead[flag as Flag](n))
}
function clockLines(fine: Fine[]): string[] {
  const starts = new Tally(), ends = new Tally()
  const earliest = new Map<string, string>()
  for (const { caseId, told } of fine) {
    for (const { rule_name } of told.ends) ends.add(rule_name, caseId)
    for (const { rule_name, due_on } of told.starts) {
      starts.add(rule_name, caseId)
      earliest.set(rule_name, [earliest.get(rule_name) ?? due_on, due_on].sort()[0] ?? due_on)
    }
  }
  const { ahead } = t.value.ledger
  return [...ends.lines((n, rule) => ahead.ends(n, rule)), ...starts.lines((n, rule) => ahead.starts(n, rule, earliest.get(rule) ?? ''))]
}

export function sumOf(all: Foreseen[], nameOf: (unit: string) => string): Sum {
  const fine = all.flatMap(({ caseId, told }) => (told && !told.refused ? [{ caseId, told }] : []))
  return {
    lines: [...unitLines(fine, nameOf), ...flagLines(fine), ...clockLines(fine)],
    refused: all.flatMap(({ caseId, name, told }) => (told?.refused ? [{ caseId, name, why: told.refused.detail }] : [])),
    unknown: all.filter(({ told }) => !told).length,
  }
}
