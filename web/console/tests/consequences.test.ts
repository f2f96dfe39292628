/** The consequences of an act are asked for once its form is complete, and shown as the service says them. */
import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { COMMANDS, commandOf } from '@/forms/commands'
import CommandForm from '@/forms/CommandForm.vue'

const fetched = vi.fn<(request: Request) => Promise<Response>>()
const json = (body: object) => new Response(JSON.stringify(body), { headers: { 'Content-Type': 'application/json' } })
const TOLD = {
  starts: [{ rule: 'reply', rule_name: '答复', unit: 'u-tra', due: '2025-06-09T16:00:00Z', due_on: '2025-06-09', provisional: false, period: { unit: 'CM', length: 3, roll: true }, basis: '办理办法第十二条',
    rungs: [{ role: 'handler', role_name: '承办人', escalates: false, deems: false, on: '2025-06-02' }, { role: 'head', role_name: '负责人', escalates: true, deems: false, on: '2025-06-09' }] }],
  ends: [
    { rule: 'sign-for', rule_name: '签收', unit: 'u-hou', due_on: '2025-03-06', rungs: [{ role: 'head', role_name: '负责人', escalates: true, deems: false, on: '2025-03-06' }] },
    { rule: 'reply', rule_name: '答复', unit: 'u-hou', due_on: '2025-06-03', rungs: [] },
  ],
  changes: [], moves: [], public: null, second_person: false,
  units: [{ unit: 'u-hou', change: 'loses', was: 'lead', part: null }, { unit: 'u-tra', change: 'gains', was: null, part: 'lead' }],
  ends_case: false, refused: null,
}
const NOTHING = { starts: [], ends: [], changes: [], moves: [], units: [], ends_case: false, public: null, second_person: false, refused: null }
const asked = () => fetched.mock.calls.map(([request]) => request).filter(({ url }) => url.endsWith('/consequences'))

function opened() {
  return mount(CommandForm, {
    props: {
      command: commandOf('assignment', 'Removal'), href: '/assignment/v1/cases/c1/tasks/1f0c2b9a77de/removal', caseId: 'c1', target: '1f0c2b9a77de',
      setting: { day: null, caseId: 'c1', proposers: [], names: { 'u-hou': '市住建局', 'u-tra': '市交通局' } },
    },
    global: { stubs: { 'el-button': { template: '<button><slot /></button>' } } },
  })
}
let told: object = TOLD
beforeEach(() => {
  localStorage.clear()
  told = TOLD
  fetched.mockImplementation((request) => Promise.resolve(json(request.url.endsWith('/consequences') ? told : [])))
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  vi.stubGlobal('fetch', fetched)
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  fetched.mockReset()
})
async function paused(): Promise<void> {
  await vi.advanceTimersByTimeAsync(500)
  await flushPromises()
}

test('nothing is asked before the form is complete; then once a pause, with the body of the act', async () => {
  const page = opened()
  await paused()
  expect(asked()).toHaveLength(0)
  await page.find('#reason').setValue('不')
  await page.find('#reason').setValue('不涉及')
  await paused()
  expect(asked()).toHaveLength(1)
  expect(await asked()[0]?.json()).toEqual({ action: 'remove-cohandler', target: '1f0c2b9a77de', body: { reason: '不涉及' } })
})

test('it says which clocks end and start by which rule, and whose list gains and loses the case', async () => {
  const page = opened()
  await page.find('#reason').setValue('不涉及')
  await paused()
  const text = page.find('.consequences').text()
  expect(text).toContain('市住建局不再主办，移出其台账')
  expect(text).toContain('市交通局（主办）承办，列入其台账')
  expect(text).toContain('市住建局尚未完成的签收、答复时限终止')
  expect(text).toContain('市交通局开始计算答复时限，到期日 2025-06-09')
  expect(text).toContain('（3 个月；办理办法第十二条）')
  expect(text).toContain('催办 2025-06-02 承办人；升级督办 2025-06-09 负责人')
  expect(text).toContain('尚未到期的 0 次催办、1 次升级督办不再进行')
})

test('what was told goes with the next letter, and a refusal is told in its own sentence', async () => {
  const page = opened()
  await page.find('#reason').setValue('不涉及')
  await paused()
  told = { ...NOTHING, refused: { action: 'remove-cohandler', rule: 'task-moved', detail: '该任务已改派给其他单位' } }
  await page.find('#reason').setValue('不涉及该单位')
  expect(page.find('.consequences').text()).toBe('')
  await paused()
  expect(page.find('.consequences').text()).toBe('按现在填写的内容不能办理：该任务已改派给其他单位')
})

test('raters of one day are one line, and what becomes public or waits for a second person is told', async () => {
  const clock = { ...TOLD.starts[0], rule: 'rating', rule_name: '评价', unit: null, rungs: [{ role: 'proposer', role_name: '提出人', escalates: false, deems: true, on: '2025-06-20' }] }
  told = { ...NOTHING, starts: [clock, clock], public: 'appears', second_person: true }
  const page = opened()
  await page.find('#reason').setValue('不涉及')
  await paused()
  const text = page.find('.consequences').text()
  for (const words of ['须由另一人复核', '在公开网站公开', '开始计算 2 人的评价时限', '2025-06-20 期满没有答复的，按期满处理']) expect(text).toContain(words)
  expect(page.findAll('.consequences li')).toHaveLength(2)
})

test('an escalation that is answered comes as planned', async () => {
  told = { ...NOTHING, moves: [{ rule: 'reply', rule_name: '答复', unit: 'u-hou', role: 'office', role_name: '经办人', escalates: true, deems: false, was_on: '2025-06-06', on: '2025-06-10' }] }
  const page = opened()
  await page.find('#reason').setValue('不涉及')
  await paused()
  expect(page.find('.consequences').text()).toContain('市住建局答复时限：下一级督办（经办人）不提前到 2025-06-06，仍按原定的 2025-06-10')
})

test('which clocks stand still, go on, or are due on another day is told', async () => {
  const clock = { rule: 'reply', rule_name: '答复', unit: 'u-hou' }
  told = { ...NOTHING, changes: [{ ...clock, change: 'pause', due_on: null }, { ...clock, change: 'resume', due_on: '2025-07-01' }, { ...clock, change: 'extend', due_on: '2025-08-01' }] }
  const page = opened()
  await page.find('#reason').setValue('不涉及')
  await paused()
  for (const words of ['市住建局的答复时限暂停计时', '市住建局的答复时限恢复计时，到期日 2025-07-01', '市住建局的答复时限改为 2025-08-01 到期']) expect(page.find('.consequences').text()).toContain(words)
})

test('acts on a case or a task of the services that tell consequences are foreseen', () => {
  const foreseen = COMMANDS.filter(({ foresees }) => foresees).map(({ action }) => action)
  expect(foreseen).toEqual(expect.arrayContaining([
    'assign-case', 'reassign', 'decide-objection', 'add-cohandler', 'withdraw-case',
    'record-contact', 'sign-reply', 'deliver-reply', 'rate-by-proxy', 'review-disclosure', 'withdraw-disclosure', 'acknowledge-escalation', 'confirm-signature',
  ]))
  expect(COMMANDS.filter(({ foresees, path }) => foresees && path.includes('{act}'))).toEqual([])
  expect(COMMANDS.find(({ action }) => action === 'register-case')?.foresees).toBe(false)
})
