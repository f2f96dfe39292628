import { mount } from '@vue/test-utils'
import { expect, test, vi } from 'vitest'
import MergerLinks from '@/case/MergerLinks.vue'
import PublicationView from '@/case/PublicationView.vue'
import { buttonsOf } from '@/case/offers'
import { filledIn, namedIn } from '@/review/proposed'
import { formerOf, passedTo, reasonOf } from '@/case/reasons'
import { stepsOf } from '@/case/steps'
import type { Page } from '@/case/views'
import { differences } from '@/ui/diff'
import { dayOf, momentOf } from '@/ui/days'
import { commandNamed, rootOf } from '@/forms/commands'
import { choicesOf } from '@/words/text'
import { follow, placeOf, trail, turnPage } from '@/ui/trail'

test('steps follow the course; the first open one behind the last done is under way', () => {
  const steps = stepsOf([{ type: 'case.registered.v1' }, { type: 'case.accepted.v1' }, { type: 'assignment.received.v1' }])
  expect(steps.map(({ state }) => state)).toEqual(['done', 'done', 'now', 'open', 'open', 'open', 'open'])
})

test('a second handling takes the steps again, and who answers has taken the task', () => {
  const states = (...types: string[]) => stepsOf(types.map((type) => ({ type: `${type}.v1` }))).map(({ state }) => state).join(' ')
  const first = ['case.accepted', 'reply.signed', 'case.replied']
  expect(states(...first)).toBe('done done open open done done now')
  const again = [...first, 'case.rated', 'rehandling.ordered', 'case.rated']
  expect(states(...again)).toBe('done now open open open open open')
  expect(states(...again, 'assignment.received', 'case.replied', 'case.rated')).toBe('done done open open open done done')
})

test('an offered action is a button of its command; one that no form knows is left out', () => {
  const { next, others } = buttonsOf({
    actions: [
      { action: 'add-cohandler', service: 'assignment', href: '/assignment/v1/cases/c/cohandlers' },
      { action: 'assign-case', service: 'assignment', href: '/assignment/v1/cases/c/assignments' },
      { action: 'unknown', service: 'assignment', href: '/assignment/v1/cases/c/else' },
    ],
  })
  expect(next?.command.body).toBe('NewAssignment')
  expect(others.map((button) => button.command.body)).toEqual(['NewCohandler'])
})

test('what a leader in charge says goes before no step of the case', () => {
  const report = { action: 'report-charge', service: 'assignment', target: '5b1d7e0c93a2', href: '/assignment/v1/cases/c/charges/5b1d7e0c93a2/report' }
  const assign = { action: 'assign-case', service: 'assignment', href: '/assignment/v1/cases/c/assignments' }
  expect(buttonsOf({ actions: [report, assign] }).next?.action).toBe('assign-case')
  expect(buttonsOf({ actions: [report] }).next?.action).toBe('report-charge')
})

test('differences put both texts together again', () => {
  const pieces = differences('甲。乙。丙。', '甲。丁。丙。')
  expect(pieces.filter(({ kind }) => kind !== 'new').map(({ text }) => text).join('')).toBe('甲。乙。丙。')
  expect(pieces.filter(({ kind }) => kind !== 'gone').map(({ text }) => text).join('')).toBe('甲。丁。丙。')
  expect(pieces.map(({ kind }) => kind)).toEqual(['same', 'gone', 'new', 'same'])
})

test('moments are those of China, whatever zone the computer is in', () => {
  expect(momentOf('2025-06-29T16:30:00Z')).toBe('2025-06-30 00:30')
  expect(dayOf('2025-06-29T16:30:00Z')).toBe('2025-06-30')
})

test('a case knows its place in the list that it came from', () => {
  follow({ back: '/cases?page=3', ids: ['a', 'b', 'c'], before: 2, total: 17, last: 'a' })
  expect(placeOf('b')).toEqual({ at: 4, of: 17, next: 'c' })
  expect(placeOf('c')?.next).toBeNull()
  expect(placeOf('elsewhere')).toBeNull()
})

test('behind the last case of a page the list goes on, once however often the key is pressed', async () => {
  const asked: string[] = []
  vi.stubGlobal('fetch', (request: Request) => {
    asked.push(request.url)
    const body = { items: [{ case_id: 'd' }, { case_id: 'e' }], next: null, total: 15 }
    return Promise.resolve(new Response(JSON.stringify(body), { status: 200, headers: { 'Content-Type': 'application/json' } }))
  })
  follow({ back: '/cases?kind=proposal', ids: ['c'], before: 2, total: 17, last: 'c', more: { ask: '/portal/v1/worklist?kind=proposal&sort=due', after: 'mark' } })
  const [one, other] = await Promise.all([turnPage(), turnPage()])
  expect([one, other]).toEqual([{ ok: true, data: 'd' }, { ok: true, data: 'd' }])
  expect(asked).toHaveLength(1)
  expect(asked[0]).toContain('kind=proposal&sort=due&after=mark')
  expect(placeOf('d')).toEqual({ at: 4, of: 17, next: 'e' })
  expect(trail.value?.back).toBe('/cases?kind=proposal&after=mark&page=2')
  expect(await turnPage()).toEqual({ ok: true, data: null })
  vi.unstubAllGlobals()
})

test('a step says its day, who took it, and what the reader may know of its reason', () => {
  const step = { type: 'case.withdrawn.v1', step: '撤回', at: '2025-06-29T16:30:00Z', by: 'p-1' }
  const nameOf = () => '王办'
  expect(reasonOf({ ...step, reason: '已另行提出' }, nameOf)).toBe('2025-06-30 撤回（王办）：已另行提出')
  expect(reasonOf({ ...step, reason: null }, nameOf)).toBe('2025-06-30 撤回（王办）')
  const declined = { ...step, step: '不联名', on: '2025-06-20', signer: '李＊', reason: null, evidence: '来函' }
  expect(reasonOf(declined, nameOf)).toBe('2025-06-20 不联名（王办）：李＊；依据：来函')
})

test('a paper says to whom it was passed on, and what it was before', () => {
  const refusal = { reason: 'forwarded-letters', reason_text: '', note: null, told: false, notice: null }
  expect(passedTo({ ...refusal, form: 'letter', to: 'u-1' }, () => '信访局')).toBe('信访局（来信）')
  expect(passedTo({ ...refusal, form: null, to: null }, () => '信访局')).toBe('')
  const was = { kind: 'motion' as const, channel: 'session', subject: 'general', external_no: '第12号', received_on: '2025-03-03' }
  expect(formerOf([was, { ...was, kind: 'suggestion', external_no: null }])).toBe('议案（第12号）、代表建议（2025-03-03）')
})

test('an act that waits says where the paper would go, and why', () => {
  const said = (action: string, content: Record<string, unknown>) => filledIn(rootOf(commandNamed(null, action)!), content, (id) => ({ 'u-1': '信访局', m: '第9号' })[id] ?? id)
  const why = { reason: 'forwarded-letters', note: '附来信' }
  expect(said('decline-case', why)).toBe('理由：代转群众来信来访或案件材料；说明：附来信')
  expect(said('pass-on-case', { ...why, form: 'opinion', to: 'u-1' })).toBe('转为：社情民意；转送单位：信访局；理由：代转群众来信来访或案件材料；说明：附来信')
  expect(said('divert-case', { kind: 'suggestion', reason: 'too-few-movers' })).toBe('转为类别：代表建议；理由：联名人数不足法定人数')
  expect(said('merge-case', { into: 'm' })).toContain('第9号')
  expect(namedIn(rootOf(commandNamed(null, 'merge-case')!), { into: 'm' })).toEqual([['case', 'm']])
  expect(said('decide-with-exemptions', { mode: 'open', exemptions: [{ reason: '办公电话' }] })).toContain('办公电话')
})

test('every step that a case waits for carries it forward: the latest of those offered is the one to do next', () => {
  const steps = choicesOf('waiting').map(({ value }) => value).filter((action) => action !== 'reassign')
  const offers = steps.map((action) => ({ ...commandNamed(null, action), action }))
    .map(({ action, service, path }) => ({ action, service: service ?? '', href: `/${service}/v1${path?.replaceAll(/\{[a-z_]+\}/g, 'c')}` }))
  for (const [at, step] of steps.entries()) expect(buttonsOf({ actions: offers.slice(0, at + 1) }).next?.action).toBe(step)
  expect(buttonsOf({ actions: [{ action: 'reassign', service: 'assignment', href: '/assignment/v1/cases/c/tasks/t/reassignment' }] }).next).toBeNull()
})

test('a page that was taken down has no address, and what is closed no public text', () => {
  const one = { unit: 'u-1', round: 1, url: '/cases/c', public_text: '答复', proposal: null, review: null, due_on: null, note: '', exemptions: [], public: null }
  const text = (more: object) => mount(PublicationView, { props: { publication: { ...one, ...more } as never, names: {} } }).text()
  const decision = (mode: string) => ({ mode, form: null, reason: null, by: 'p-1', at: '2025-06-15T01:00:00Z', text: null })
  expect(text({ status: 'disclosed', decision: decision('open') })).toContain('公开网站网址：/cases/c')
  expect(text({ status: 'withdrawn', decision: decision('open') })).not.toContain('/cases/c')
  expect(text({ status: 'settled', decision: decision('closed'), url: null })).not.toContain('公开文本')
})

test('a merged case leads to its master, and a master to its members', () => {
  const one = { case_id: 'm', label: '2025年第9号建议', external_no: null }
  const links = (intake: Record<string, unknown>) =>
    mount(MergerLinks, { props: { page: { intake } as unknown as Page }, global: { stubs: { RouterLink: { props: ['to'], template: '<a :href="to"><slot /></a>' } } } })
  const member = links({ merged_into: one, members: [] })
  expect(member.text()).toBe('已并入，随主件一并办理： 2025年第9号建议')
  expect(member.find('a').attributes('href')).toBe('/cases/m')
  const master = links({ merged_into: null, members: [one, { case_id: 'n', label: null, external_no: '第17号' }] })
  expect(master.text()).toBe('并入本件一并答复 2 件： 2025年第9号建议、第17号')
  expect(links({}).text()).toBe('')
})
