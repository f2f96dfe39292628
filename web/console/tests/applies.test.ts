/** Fields that apply only with others, and the panels beside named forms. */
import { flushPromises, mount } from '@vue/test-utils'
import { h } from 'vue'
import { expect, test, vi } from 'vitest'
import { applying } from '@/forms/applies'
import { commandOf, rootOf } from '@/forms/commands'
import type { Field, Value } from '@/forms/fields'
import { NAMED } from '@/forms/named'
import AssignmentPanel from '@/forms/panels/AssignmentPanel.vue'
import OccasionPanel from '@/forms/panels/OccasionPanel.vue'
import PlanPanel from '@/forms/panels/PlanPanel.vue'
import PaperPanel from '@/forms/panels/PaperPanel.vue'
import SigningPanel from '@/forms/panels/SigningPanel.vue'
import { COMMANDS, nameOf } from '@/forms/commands'

const below = (field: Field): string[] => (field.item ? names(field.item) : names(field))
const names = (field: Field): string[] => field.fields.flatMap((each) => [each.name, ...below(each).map((inner) => `${each.name}.${inner}`)])
function shown(service: string, body: string, value: Value): string[] {
  const rules = NAMED[`${service}/${body}`]?.applies ?? {}
  return names(applying(rootOf(commandOf(service, body)), value, rules))
}

test('every named form is one of the commands', () => {
  const known = new Set(COMMANDS.map(nameOf))
  expect(Object.keys(NAMED).filter((name) => !known.has(name))).toEqual([])
})

test('a decision to publish asks for the form, one not to publish for the reason', () => {
  expect(shown('disclosure', 'DecisionForm', {})).toEqual(expect.arrayContaining(['form', 'reason']))
  expect(shown('disclosure', 'DecisionForm', { mode: 'open' })).toEqual(expect.arrayContaining(['form', 'text']))
  expect(shown('disclosure', 'DecisionForm', { mode: 'open' })).not.toContain('reason')
  expect(shown('disclosure', 'DecisionForm', { mode: 'closed' })).toContain('reason')
  expect(shown('disclosure', 'DecisionForm', { mode: 'closed' })).not.toContain('form')
})

test('what was typed before the choice changed stays visible', () => {
  expect(shown('disclosure', 'DecisionForm', { mode: 'open', reason: 'commercial-secret' })).toContain('reason')
})

test('a draft asks for a date where the matter is not done yet, and for publication below its group', () => {
  expect(shown('handling', 'NewDraft', { meaning: 'planned', disclosure: { mode: 'open' } })).toEqual(expect.arrayContaining(['target_date', 'disclosure.form']))
  expect(shown('handling', 'NewDraft', { meaning: 'solved', disclosure: { mode: 'closed' } })).not.toContain('target_date')
  expect(shown('handling', 'NewDraft', { meaning: 'solved', disclosure: { mode: 'closed' } })).toContain('disclosure.reason')
})

test('a petition has a purpose and no session; nobody who consents is asked why not', () => {
  const petition = shown('intake', 'NewCase', { kind: 'petition', consent: true })
  expect(petition).toContain('purpose')
  for (const name of ['session', 'in_session', 'no_consent_reason']) expect(petition).not.toContain(name)
  const suggestion = shown('intake', 'NewCase', { kind: 'suggestion', consent: false })
  expect(suggestion).toEqual(expect.arrayContaining(['session', 'in_session', 'no_consent_reason']))
  expect(suggestion).not.toContain('purpose')
})

test('a deputy is picked, a citizen is named, and only a letter says whom it is against', () => {
  const suggestion = shown('intake', 'NewCase', { kind: 'suggestion' })
  expect(suggestion).toEqual(expect.arrayContaining(['proposers.person', 'proposers.phone']))
  for (const name of ['proposers.name', 'proposers.address', 'people', 'against']) expect(suggestion).not.toContain(name)
  const petition = shown('intake', 'NewCase', { kind: 'petition' })
  expect(petition).toEqual(expect.arrayContaining(['proposers.name', 'proposers.address', 'people', 'against']))
  expect(petition).not.toContain('proposers.person')
  expect(shown('intake', 'NewCase', { kind: 'proposal', proposer_kind: 'party' })).toContain('proposers.name')
})

test('what one of several proposers was given stays visible', () => {
  const value = { kind: 'suggestion', proposers: [{ person: 'p-1' }, { person: 'p-2', name: '唐某' }] }
  expect(shown('intake', 'NewCase', value)).toContain('proposers.name')
})

test('a suggestion is accepted without the purpose of a petition', () => {
  const rules = NAMED['intake/Acceptance']?.applies ?? {}
  const fields = (kind?: string) => names(applying(rootOf(commandOf('intake', 'Acceptance')), {}, rules, { kind })).filter((name) => !name.startsWith('checks'))
  expect([fields('suggestion'), fields('petition'), fields()]).toEqual([[], ['purpose'], ['purpose']])
})

test('an assignment is counted as it is typed, and what is amiss is told', () => {
  const panel = (tasks: object[]) => mount(AssignmentPanel, { props: { value: { tasks } as Value } }).text()
  expect(panel([{ unit: 'u-a', part: 'lead' }, { unit: 'u-b', part: 'co' }])).toBe('将交办：主办 1会办 1')
  expect(panel([{ unit: 'u-a', part: 'co' }, { unit: 'u-a', part: 'co' }])).toContain('同一单位出现了两次没有主办单位')
  expect(panel([{ unit: 'u-a', part: 'separate' }])).toContain('分办单位须写明负责的部分')
  expect(panel([{}])).toBe('')
})

test('a co-signer has the paper before him, and its digest is sent without being shown', async () => {
  expect(NAMED['intake/Confirmation']).toMatchObject({ panel: PaperPanel, carried: ['text_digest'] })
  const view = { title: 'a title', text: 'its text', text_digest: 'd1' }
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify(view), { headers: { 'Content-Type': 'application/json' } })))
  const panel = mount(PaperPanel, { props: { caseId: 'c1' } })
  await flushPromises()
  expect(panel.text()).toContain('its text')
  vi.unstubAllGlobals()
})

test('who signs, or returns a draft, has its text before him: the version that the form names', async () => {
  for (const form of ['handling/Signature', 'handling/DraftReturn']) expect(NAMED[form]?.panel).toBe(SigningPanel)
  const drafts = [1, 2].map((version) => ({ version, text: `text ${version}`, meaning: 'solved' }))
  const view = { tasks: [{ task: 'other', drafts: [] }, { task: 'mine', drafts }] }
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify(view), { headers: { 'Content-Type': 'application/json' } })))
  const panel = mount(SigningPanel, { props: { value: { version: 1 }, caseId: 'c1', target: 'mine' } })
  await flushPromises()
  expect(panel.text()).toContain('text 1')
  await panel.setProps({ value: {} })
  expect(panel.text()).toContain('text 2')
  vi.unstubAllGlobals()
})

test('what a clerk enters from paper is not asked of the person himself', () => {
  const fields = (body: string, own: boolean) => names(applying(rootOf(commandOf('intake', body)), {}, NAMED[`intake/${body}`]?.applies ?? {}, { own }))
  for (const body of ['Confirmation', 'SignaturePaper']) {
    expect(fields(body, false)).toEqual(expect.arrayContaining(['on', 'evidence']))
    expect(fields(body, true)).not.toEqual(expect.arrayContaining(['on']))
    expect(fields(body, true)).not.toEqual(expect.arrayContaining(['evidence']))
  }
  expect(fields('Withdrawal', false)).toEqual(expect.arrayContaining(['reason', 'on', 'all_cosigners_agree']))
  expect(fields('Withdrawal', true)).toEqual(['reason'])
})

test('whatever help says that the person himself leaves out has a rule that leaves it out', () => {
  const left = COMMANDS.flatMap((command) => rootOf(command).fields.filter(({ help }) => /本人[^；]*不填/.test(help ?? '')).map(({ name }) => [nameOf(command), name] as const))
  expect(left.length).toBeGreaterThan(0)
  for (const [command, name] of left) expect(NAMED[command]?.applies?.[name]?.({}, { own: true }), `${command} ${name}`).toBe(false)
})

test('who decides on an objection has before him what the unit says, and the unit that it names', async () => {
  const objection = { reason: 'outside-remit', explanation: '由交通部门办理', suggested_unit: 'u-tra', upheld: null }
  const view = { tasks: [{ task: 't1', unit: 'u-edu', objection }, { task: 't2', unit: 'u-fin', objection: { ...objection, upheld: false } }] }
  vi.stubGlobal('fetch', ({ url }: Request) => Promise.resolve(new Response(JSON.stringify(url.includes('/units') ? [{ unit: 'u-tra', short: '市交通局', units: [] }] : view), { headers: { 'Content-Type': 'application/json' } })))
  const panel = mount(OccasionPanel, { props: { caseId: 'c1', target: 't1' } })
  await flushPromises()
  expect(panel.text()).toContain('不属本单位职责：由交通部门办理')
  expect(panel.text()).toContain('建议由市交通局承办')
  await panel.setProps({ target: 't2' })
  expect(panel.text()).toBe('')
  vi.unstubAllGlobals()
})

test('who endorses has the very plan before him, and gives units only where he changes it', async () => {
  const plan = { plan: 'p1', at: '2025-03-03T08:00:00Z', by: 'p-office', tasks: [{ unit: 'u-tra', part: 'lead', scope: '校门前' }], reply_by: '2025-05-30', reason: '属交通职责', verdict: null, note: null }
  vi.stubGlobal('fetch', ({ url }: Request) => Promise.resolve(new Response(JSON.stringify(url.includes('/units') ? [{ unit: 'u-tra', short: '市交通局', units: [] }] : { tasks: [], plan }), { headers: { 'Content-Type': 'application/json' } })))
  const panel = mount(PlanPanel, { props: { caseId: 'c1', target: 'p1' } })
  await flushPromises()
  for (const said of ['等待批示', 'u-tra', '主办', '校门前', '2025-05-30', '属交通职责']) expect(panel.text().replace('市交通局', 'u-tra')).toContain(said)
  await panel.setProps({ target: 'p0' })
  expect(panel.text()).toBe('')
  vi.unstubAllGlobals()
  const fields = (verdict?: string) => names(applying(rootOf(commandOf('assignment', 'PlanDecision')), { verdict }, NAMED['assignment/PlanDecision']?.applies ?? {}))
  expect(fields()).toEqual(expect.arrayContaining(['tasks', 'reply_by']))
  expect(fields('agreed')).toEqual(['verdict', 'note'])
  expect(fields('changed')).toEqual(expect.arrayContaining(['tasks', 'reply_by']))
})

test('who decides on a pause, an extension or a second handling has before him what was asked or said', async () => {
  const asked = { at: '2025-06-15T01:00:00Z', by: 'p-1', reason: '标准尚未印发', until: '2025-07-15', cause: '等待上级答复', approvers: ['agency'], agreed: [], needs: 'any' }
  const rating = { evaluation: 'e1', rater: 'p-2', round: 1, attitude: 'satisfied', result: 'unsatisfied', overall: 'unsatisfied', reason: '站点仍然太远', on: '2025-06-20', entered_on: null }
  const view = { tasks: [{ task: 't1', suspension_asked: asked }, { task: 't2', extension_asked: asked }], evaluations: [rating] }
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify(view), { headers: { 'Content-Type': 'application/json' } })))
  const said = async (command: string, target: string) => {
    const panel = mount({ render: () => h('div', h(NAMED[command]!.panel!, { caseId: 'c1', target })) })
    await vi.dynamicImportSettled()
    await flushPromises()
    return panel.text()
  }
  expect(await said('handling/SuspensionDecision', 't1')).toMatch(/申请暂停至 2025-07-15（等待上级答复）.*标准尚未印发/)
  expect(await said('handling/ExtensionDecision', 't2')).toMatch(/2025-07-15.*标准尚未印发/)
  expect(await said('feedback/ReviewForm', 'e1')).toMatch(/办理态度：满意；办理结果：不满意；总体评价：不满意.*站点仍然太远/)
  vi.unstubAllGlobals()
})

test('a group of empty fields does not stay where it does not apply, and one with a value does', () => {
  const empty = { units: [], persons: [], note: undefined }
  expect(shown('intake', 'NewCase', { kind: 'suggestion', against: empty })).not.toContain('against')
  expect(shown('intake', 'NewCase', { kind: 'suggestion', against: { ...empty, note: '因' } })).toContain('against')
  expect(shown('intake', 'NewCase', { kind: 'petition', against: empty })).toContain('against')
})

test('a row of a list is named after its list', () => {
  const parts = rootOf(commandOf('intake', 'Splitting')).fields.find((each) => each.name === 'parts')
  expect(parts?.item?.title).toBe(parts?.title)
})
