import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import CommandForm from '@/forms/CommandForm.vue'
import { commandOf } from '@/forms/commands'

const CHECKS = [
  { check: 'one-matter', name: '一事一议', must: false, basis: '部署约定', least: null, most: null, observed: null },
  { check: 'length', name: '篇幅适当', must: false, basis: '部署约定', least: 20, most: 3000, observed: { what: 'length', number: 8, fits: false } },
]
const fetched = vi.fn<(request: Request) => Promise<Response>>()
const answer = (status: number, body: object) =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })

async function opened(caseId = 'c1') {
  const command = commandOf('intake', 'Refusal')
  const page = mount(CommandForm, {
    props: { command, href: '/intake/v1/cases/c1/refusal', caseId, target: '', seen: 4 },
    global: { stubs: { 'el-button': { template: '<button><slot /></button>' } } },
    attachTo: document.body,
  })
  await vi.dynamicImportSettled()
  await flushPromises()
  return page
}
const posted = () => fetched.mock.calls.map(([request]) => request).filter(({ method }) => method === 'POST')

beforeEach(() => {
  localStorage.clear()
  vi.stubGlobal('fetch', fetched)
  fetched.mockImplementation((request) =>
    Promise.resolve(request.method === 'POST' ? answer(201, { stream: 's', version: 5, command_id: 'x' }) : answer(200, { checks: CHECKS, answered: null })))
})
afterEach(() => {
  vi.unstubAllGlobals()
  fetched.mockReset()
  document.body.innerHTML = ''
})

test('every check stands there with what was observed, and none is answered beforehand', async () => {
  const page = await opened()
  expect(page.findAll('.check')).toHaveLength(2)
  expect(page.text()).toContain('正文 8 字（至少 20 字，至多 3000 字）')
  expect(page.findAll('.check input[type=radio]').some((each) => (each.element as HTMLInputElement).checked)).toBe(false)
})

test('a check without an answer is told at its place, and nothing is sent', async () => {
  const page = await opened()
  await page.find('[id="checks.0.met"]').trigger('change')
  await page.find('select, #reason').setValue('several-matters')
  await page.find('form').trigger('submit')
  await flushPromises()
  expect(page.findAll('.check.wrong')).toHaveLength(1)
  expect(posted()).toEqual([])
})

test('the answers are sent with their notes', async () => {
  const page = await opened()
  await page.find('[id="checks.0.met-1"]').trigger('change')
  await page.find('[id="checks.0.note"]').setValue('两个事项')
  await page.find('[id="checks.1.met"]').trigger('change')
  await page.find('select, #reason').setValue('several-matters')
  await page.find('form').trigger('submit')
  await flushPromises()
  const [sent] = posted()
  expect(((await sent?.json()) as { checks: object[] }).checks).toEqual([
    { check: 'one-matter', met: false, note: '两个事项' }, { check: 'length', met: true },
  ])
})
