import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import OperationPage from '@/operation/OperationPage.vue'
import { commandsFor, summaryOf, unread, type Condition, type Operation, type SetAside } from '@/operation/summary'

const parked: SetAside = {
  id: '3f0c5b0f', consumer: 'duban-handling-reactions', key: '56fa9635caf355c1b7bdf0735026de16', message: false, state: 'parked', reason: 'exception', messages: 2, at: '2025-03-03T01:00:00Z',
}
const handling: Condition = {
  service: 'handling', release: '0.1.0', unpublished: { number: 3, since: '2025-03-03T01:00:00Z' }, consumers: [{ consumer: 'duban-handling-reactions', lag: 2 }],
  aside: [parked], aside_number: 60, models: [{ name: 'tasks', live: 2, building: 3, begun_by: 1, code: 2 }], processes: [],
}
const portal: Condition = { ...handling, service: 'portal', unpublished: null, consumers: [], aside: [], aside_number: 0, models: [] }
const gone = { role: 'reactions-0', host: 'app-2', release: '0.1.0', silent_seconds: 40, alive: false }
const state: Operation = {
  processes: [gone],
  services: [{ service: 'handling', condition: handling }, { service: 'portal', condition: portal }, { service: 'intake', condition: null }],
}
const fetched = vi.fn<(request: Request) => Promise<Response>>()
beforeEach(() => vi.stubGlobal('fetch', fetched))
afterEach(() => vi.unstubAllGlobals())
const page = async (answer: object, status = 200) => {
  fetched.mockResolvedValue(new Response(JSON.stringify(answer), { status, headers: { 'Content-Type': 'application/json' } }))
  const shown = mount(OperationPage)
  await flushPromises()
  return shown
}

test('a service that does not answer is a row, beside the others', async () => {
  const rows = (await page(state)).find('section').findAll('tbody tr').map((row) => row.text())
  expect(rows).toHaveLength(3)
  expect(rows[2]).toContain('没有应答')
  expect(rows[0]).toContain('有应答')
})

test('what is set aside has its reason, what to do, and the command; the rest is announced', async () => {
  const text = (await page(state)).text()
  expect(text).toContain('程序出错；修复并发布后重办')
  expect(text).toContain('duban parked replay 3f0c5b0f')
  expect(text).toContain('另有 59 件')
  expect(text).toContain('duban rebuild handling tasks')
  expect(text).toContain('已 40 秒没有报告')
})

test('a portal that does not answer is said, and can be asked again', async () => {
  const shown = await page({ status: 503, rule: 'unavailable', detail: '暂时无法连接' }, 503)
  expect(shown.find('[role=alert]').text()).toContain('暂时无法连接')
})

test('only a message alone may be dropped, and what waits goes on by itself', () => {
  expect(commandsFor({ ...parked, message: true })).toEqual(['duban parked replay 3f0c5b0f', 'duban parked drop 3f0c5b0f'])
  expect(commandsFor({ ...parked, state: 'held' })).toEqual(['duban parked show 3f0c5b0f'])
})

test('numbers of the summary are those of the answers', () => {
  expect(summaryOf(state)).toEqual({ late: 1, aside: 60, behind: 1, dead: 1 })
  expect(unread({ ...handling, consumers: [{ consumer: 'g', lag: null }] })).toBeNull()
})
