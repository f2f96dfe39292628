import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import CommandForm from '@/forms/CommandForm.vue'
import { commandOf } from '@/forms/commands'
import { hasDrafts, readDraft } from '@/forms/draft'
import { afterRemoval } from '@/forms/faults'

const fetched = vi.fn<(request: Request) => Promise<Response>>()
const answer = (status: number, body: object) =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })
const place = { person: '', caseId: 'c1', command: 'assignment/Removal', target: 't1' }

function opened(body = 'Removal') {
  const command = commandOf('assignment', body)
  return mount(CommandForm, {
    props: { command, href: '/assignment/v1/cases/c1/tasks/t1/removal', caseId: 'c1', target: 't1', seen: 4 },
    global: { stubs: { 'el-button': { template: '<button><slot /></button>' } } },
    attachTo: document.body,
  })
}

beforeEach(() => {
  localStorage.clear()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  vi.stubGlobal('fetch', fetched)
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  fetched.mockReset()
  document.body.innerHTML = ''
})

test('what is missing is told at its field, with the focus there, and nothing is sent', async () => {
  const page = opened()
  await page.find('form').trigger('submit')
  await flushPromises()
  expect(page.find('#reason').attributes('aria-invalid')).toBe('true')
  expect(page.find('#reason').attributes('aria-describedby')).toContain('reason-fault')
  expect(document.activeElement?.id).toBe('reason')
  expect(fetched).not.toHaveBeenCalled()
})

test('two clicks make one request, and a retry after a lost answer uses the same key', async () => {
  const page = opened()
  await page.find('#reason').setValue('duplicate')
  let lose: (reason: Error) => void = () => undefined
  fetched.mockReturnValueOnce(new Promise((_, reject) => (lose = reject)))
  await page.find('form').trigger('submit')
  await page.find('form').trigger('submit')
  expect(fetched).toHaveBeenCalledTimes(1)
  lose(new Error('gone'))
  await flushPromises()
  expect(page.find('[role=alert]').exists()).toBe(true)
  fetched.mockResolvedValueOnce(answer(201, { stream: 's-c1', version: 5, command_id: 'x' }))
  await page.find('form').trigger('submit')
  await flushPromises()
  const keys = fetched.mock.calls.map(([request]) => request.headers.get('Idempotency-Key'))
  expect(new Set(keys).size).toBe(1)
  await page.find('form').trigger('submit') // the dialog is closing
  await flushPromises()
  expect(fetched).toHaveBeenCalledTimes(2)
  expect(page.emitted('done')).toHaveLength(1)
})

test('the draft is kept within a second, found again, and gone only after the command is accepted', async () => {
  const page = opened()
  await page.find('#reason').setValue('half a thought')
  vi.advanceTimersByTime(1000)
  expect(readDraft(place)?.value).toEqual({ reason: 'half a thought' })
  expect(readDraft({ ...place, caseId: 'c2' })).toBeNull()
  expect(readDraft({ ...place, person: 'p-2' })).toBeNull()
  page.unmount()
  const again = opened()
  expect((again.find('#reason').element as HTMLTextAreaElement).value).toBe('half a thought')
  fetched.mockResolvedValueOnce(answer(409, { rule: 'no', detail: 'refused', status: 409 }))
  await again.find('form').trigger('submit')
  await flushPromises()
  expect(hasDrafts('')).toBe(true)
  fetched.mockResolvedValueOnce(answer(201, { stream: 's-c1', version: 5, command_id: 'x' }))
  await again.find('form').trigger('submit')
  await flushPromises()
  expect(hasDrafts('')).toBe(false)
})

test('a full browser store is told, not swallowed', async () => {
  vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new DOMException('full', 'QuotaExceededError')
  })
  const page = opened()
  await page.find('#reason').setValue('text')
  vi.advanceTimersByTime(1000)
  await flushPromises()
  expect(page.find('[role=status]').text()).not.toBe('')
  vi.restoreAllMocks()
})

test('the fault that a service tells is shown at its field; what fits no field stands in the summary', async () => {
  const page = opened('NewAssignment')
  await page.find('#tasks\\.0\\.unit').setValue('x')
  fetched.mockResolvedValue(answer(200, []))
  const form = page.vm as unknown as { value: { tasks: object[] }; submit: () => Promise<void> }
  form.value.tasks = [{ unit: 'u-hou', part: 'lead' }]
  fetched.mockResolvedValueOnce(answer(422, {
    rule: 'validation', detail: 'correct it', status: 422,
    errors: [{ field: 'tasks.0.unit', rule: 'closed', message: 'dissolved' }, { field: 'elsewhere', rule: 'x', message: 'loose end' }],
  }))
  await page.find('form').trigger('submit')
  await flushPromises()
  expect(page.find('#tasks\\.0\\.unit-fault').text()).toBe('dissolved')
  expect(page.find('[role=alert]').text()).toContain('loose end')
})

test('faults stay with their rows when one is removed', () => {
  const faults = { 'tasks.0.unit': 'a', 'tasks.1.unit': 'b', 'tasks.2.part': 'c', other: 'd' }
  expect(afterRemoval(faults, 'tasks', 1)).toEqual({ 'tasks.0.unit': 'a', 'tasks.1.part': 'c', other: 'd' })
})

test('a conflict is handed on, and the text stays', async () => {
  const page = opened()
  await page.find('#reason').setValue('mine')
  fetched.mockResolvedValueOnce(answer(412, { rule: 'stale', detail: 'changed', status: 412 }))
  await page.find('form').trigger('submit')
  await flushPromises()
  expect(page.emitted('conflict')).toHaveLength(1)
  expect((page.find('#reason').element as HTMLTextAreaElement).value).toBe('mine')
  expect(hasDrafts('')).toBe(true)
})
