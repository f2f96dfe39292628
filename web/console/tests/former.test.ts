/** 曾经承办: the list, its filters in the address, and its states. */
import { enableAutoUnmount, flushPromises, mount, RouterLinkStub } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { reactive } from 'vue'
import CasePage from '@/case/CasePage.vue'
import FormerPage from '@/former/FormerPage.vue'

const route = reactive<{ name: string; path: string; fullPath: string; query: Record<string, string>; params: Record<string, string> }>({
  name: 'former', path: '/former', fullPath: '/former', query: {}, params: {},
})
const push = vi.fn<(to: { query: Record<string, string> }) => void>()
vi.mock('vue-router', () => ({ useRoute: () => route, useRouter: () => ({ push, replace: vi.fn() }) }))
const stubs = { 'router-link': RouterLinkStub, 'el-button': { template: '<button><slot /></button>' } }
const fetched = vi.fn<(request: Request) => Promise<Response>>()
beforeEach(() => vi.stubGlobal('fetch', fetched))
afterEach(() => {
  vi.unstubAllGlobals()
  fetched.mockReset()
  push.mockReset()
  Object.assign(route, { name: 'former', query: {}, params: {} })
})
enableAutoUnmount(afterEach)
const line = {
  case_id: 'a'.repeat(32), label: '2025年第3号信访件', title: '关于噪声', kind: 'petition', period: '2025', units: ['u-hou'], registered_at: '2025-03-03T01:00:00.000Z',
  updated_at: '2025-03-20T01:00:00.000Z',
}
const RULES = { periods: [{ code: '2024', title: '2024年' }, { code: '2025', title: '2025年' }] }
const json = (body: object, status = 200) => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })
async function page(answer: Response) {
  fetched.mockImplementation((request) => Promise.resolve(request.url.includes('/rules') ? json(RULES) : answer.clone()))
  const shown = mount(FormerPage, { global: { stubs } })
  await flushPromises()
  return shown
}
const asked = () => new URL(fetched.mock.calls.map(([request]) => request.url).filter((url) => !url.includes('/rules')).at(-1) ?? '')

test('a case has its number as a link, its unit by name, and the day on which the task was taken away', async () => {
  const shown = await page(json({ items: [line], next: null, total: 1, names: { 'u-hou': '市住建局' } }))
  expect(shown.find('tbody tr').text()).toContain('市住建局')
  expect(shown.find('tbody tr').text()).toContain('2025-03-20')
  expect(shown.findComponent(RouterLinkStub).props('to')).toBe(`/cases/${line.case_id}`)
  expect(shown.text()).toContain('共 1 件')
  expect(shown.text()).toContain('后来的情况不再显示')
})

test('filters and the place in the list come from the address, and go there', async () => {
  route.query = { q: '噪声', period: '2025', limit: '50', after: 'mark', page: '2' }
  const shown = await page(json({ items: [line], next: 'more', total: 70, names: {} }))
  expect(asked().pathname).toMatch(/worklist\/former$/)
  expect(Object.fromEntries(asked().searchParams)).toEqual({ q: '噪声', period: '2025', limit: '50', after: 'mark', total: 'true' })
  await shown.find('input[type=search]').setValue('公交')
  await shown.find('form').trigger('submit')
  expect(push.mock.calls.at(-1)?.[0].query).toEqual({ q: '公交', period: '2025', limit: '50' })
})

test('while the list is read, the page says so', async () => {
  fetched.mockReturnValue(new Promise(() => undefined))
  const shown = mount(FormerPage, { global: { stubs } })
  await flushPromises()
  expect(shown.find('[role=status]').text()).toContain('正在读取')
})

test('an empty list says whether a filter made it empty', async () => {
  const none = { items: [], next: null, total: 0, names: {} }
  expect((await page(json(none))).text()).toContain('没有任务已改由其他单位办理的办件')
  route.query = { q: '无' }
  expect((await page(json(none))).text()).toContain('没有符合条件的办件')
})

test('a refusal, and a service that does not answer, are said apart, and can be asked again', async () => {
  const refused = await page(json({ status: 403, rule: 'forbidden', detail: '没有查看的权限' }, 403))
  expect(refused.find('[role=alert]').text()).toContain('没有查看的权限')
  fetched.mockRejectedValue(new TypeError('network'))
  await refused.find('[role=alert] button').trigger('click')
  await flushPromises()
  expect(refused.find('[role=alert]').text()).toContain('服务没有应答')
  fetched.mockResolvedValue(json({ items: [line], next: null, total: 1, names: {} }))
  await refused.find('[role=alert] button').trigger('click')
  await flushPromises()
  expect(refused.find('tbody tr').exists()).toBe(true)
})

const kept = {
  ...line, channel: 'letter', subject: 'x', purpose: null, status: 'handling', light: 'none', due: null, due_on: null, kind_name: '信访件', leads: [], round: 1, news_at: line.updated_at,
  region: 'direct', status_name: '', light_name: '', former: true, names: { '2025': '2025年', 'u-city': '市政府' }, versions: {}, actions: [], actions_missing: [],
  intake: { agency: 'u-city' }, timeline: [{ at: '2025-03-04T01:00:00Z', owner: 'assignment', type: 'case.assigned.v1', step: '交办', actor: null, about: {}, words: {}, version: 1, automatic: false }],
}
const settled = async () => {
  await flushPromises()
  await vi.dynamicImportSettled()
  await flushPromises()
}

test.each(['basic', 'units', 'course'])('a case that another unit has now is shown from the page alone, also at the tab %s', async (tab) => {
  Object.assign(route, { name: 'case', params: { caseId: line.case_id }, query: { tab } })
  fetched.mockImplementation((request) => Promise.resolve(new URL(request.url).pathname.includes('/portal/') ? json(kept) : json({ status: 404, rule: 'not-found', detail: '没有' }, 404)))
  const shown = mount(CasePage, { global: { stubs: { ...stubs, ActionBar: true } } })
  await settled()
  expect(shown.findAll('[role=tab]').map((each) => each.text())).toEqual(['基本情况', '经过'])
  expect(shown.find('[role=tabpanel]').text()).toContain(tab === 'course' ? '交办' : '2025-03-20')
  expect(shown.find('[role=alert]').exists()).toBe(false)
  expect(fetched.mock.calls.map(([request]) => new URL(request.url).pathname).filter((path) => !path.includes('/portal/'))).toEqual([])
})

test('the period is chosen from those of the installation, the latest first', async () => {
  const shown = await page(json({ items: [line], next: null, total: 1, names: {} }))
  expect(shown.findAll('select option').map((each) => each.text()).slice(0, 3)).toEqual(['全部', '2025年', '2024年'])
  await shown.find('select').setValue('2024')
  await shown.find('form').trigger('submit')
  expect(push.mock.calls.at(-1)?.[0].query).toEqual({ period: '2024' })
})

test('a page behind the end of a list that has become shorter says so and leads back', async () => {
  route.query = { q: '噪声', after: 'mark', page: '3' }
  const shown = await page(json({ items: [], next: null, total: 25, names: {} }))
  expect(shown.text()).toContain('请返回上一页')
  expect(shown.text()).not.toContain('没有符合条件')
  await shown.findAll('nav button')[0]?.trigger('click')
  expect(push.mock.calls.at(-1)?.[0].query).toEqual({ q: '噪声' })
})

test('a period may be typed while the list of periods cannot be read', async () => {
  fetched.mockImplementation((request) => Promise.resolve(request.url.includes('/rules') ? json({}, 503) : json({ items: [], next: null, total: 0, names: {} })))
  vi.resetModules()
  const { default: PeriodInput } = await import('@/forms/pickers/PeriodInput.vue')
  const shown = mount(PeriodInput, { props: { modelValue: '', spoken: { class: 'input' } } })
  await flushPromises()
  await shown.find('input').setValue('2031')
  expect(shown.emitted('update:modelValue')?.at(-1)).toEqual(['2031'])
})
