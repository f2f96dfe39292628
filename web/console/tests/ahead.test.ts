/** The consequences of a batch are the sum of what the services tell of each case. */
import { expect, test } from 'vitest'
import { sumOf, type Foreseen } from '@/ledger/ahead'
import type { Told } from '@/forms/foresee'

const NOTHING: Told = { starts: [], ends: [], changes: [], moves: [], units: [], ends_case: false, public: null, second_person: false, refused: null }
const clock = (rule_name: string, due_on: string): Told['starts'][number] => ({
  rule: rule_name, rule_name, unit: 'u-hou', due: `${due_on}T16:00:00Z`, due_on, provisional: false, period: { unit: 'WD', length: 5, roll: false }, basis: '', rungs: [],
})
const told = (caseId: string, changes: Partial<Told> | null): Foreseen => ({ caseId, name: `第${caseId}号`, told: changes && { ...NOTHING, ...changes } })
const sum = (...all: Foreseen[]) => sumOf(all, (unit) => ({ 'u-hou': '市住建局', 'u-fin': '市财政局' })[unit] ?? unit)

test('a clock counts each case once and tells its earliest day', () => {
  const starts = [clock('签收', '2025-03-10'), clock('签收', '2025-03-06')]
  const found = sum(told('1', { starts }), told('2', { starts: [clock('签收', '2025-03-07')] }), told('3', { starts: [clock('答复', '2025-06-03')] }))
  expect(found.lines).toEqual(['2 件开始计算签收时限（最早 2025-03-06 到期）', '1 件开始计算答复时限（最早 2025-06-03 到期）'])
})

test('units are told apart by what changes and by their part', () => {
  const gains = { change: 'gains' as const, unit: 'u-hou', was: null, part: 'lead' }
  const loses = { change: 'loses' as const, unit: 'u-fin', was: 'lead', part: null }
  const found = sum(told('1', { units: [gains, loses] }), told('2', { units: [gains] }), told('3', { units: [{ ...gains, part: 'co' }] }))
  expect(found.lines[0]).toContain('2 件列入市住建局的台账')
  expect(found.lines[1]).toContain('1 件移出市财政局的台账')
  expect(found.lines[2]).toContain('1 件列入市住建局的台账')
})

test('refused cases stand by themselves with their sentence, and count among no consequence', () => {
  const refused = { action: 'reassign', target: null, rule: 'case-closed', detail: '该件已经办结', field: null }
  const found = sum(told('1', { refused, starts: [] }), told('2', {}), told('3', null))
  expect(found).toEqual({
    lines: ['1 件只记录本次办理，不改变时限和承办单位'], refused: [{ caseId: '1', name: '第1号', why: '该件已经办结' }], unknown: 1,
  })
})

test('what becomes public, what ends and what waits for a second person is told', () => {
  expect(sum(told('1', { public: 'appears', second_person: true }), told('2', { ends_case: true })).lines).toEqual([
    '1 件的答复在公开网站公开', '1 件须由另一人复核', '1 件的全部时限终止',
  ])
})
