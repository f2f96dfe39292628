import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { partsOf, readParts, titleOf } from '@/inbox/parts'
import { ACTS, ROUTES } from '@/routes'
import AppLayout from '@/shell/AppLayout.vue'

const fetched = vi.fn<(request: Request) => Promise<Response>>()
const said = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })
const waits = (action: string, count = 2) => ({ action, name: action, count, is_least: false, query: `waiting_for=${action}` })
const answering = (waiting: unknown[], replied: number) =>
  fetched.mockImplementation((request) => Promise.resolve(said(request.url.includes('/tally') ? { total: replied, is_least: false, status: {}, light: {} } : waiting)))
beforeEach(() => vi.stubGlobal('fetch', fetched))
afterEach(() => vi.unstubAllGlobals())

test('an inbox begins with the act that it is named after, whatever comes first in the life of a case', () => {
  const first = (page: keyof typeof ACTS, ...waiting: string[]) => partsOf(waiting.map((each) => waits(each)), ACTS[page])[0]?.action
  expect(first('assign', 'accept-case', 'assign-case')).toBe('assign-case')
  expect(first('sign', 'record-contact', 'submit-draft', 'sign-reply')).toBe('sign-reply')
})

test('the office finds the replies whose proposers are asked: their forms on paper come to it', async () => {
  answering([waits('rate-by-proxy', 1)], 7)
  const answer = await readParts('ratings', ACTS.ratings)
  expect(answer.ok && answer.data.map((part) => [titleOf(part), part.count, part.query])).toEqual([
    ['待录入评价', 1, 'waiting_for=rate-by-proxy'], ['等提出人评价', 7, 'status=replied'],
  ])
})

test('without replies that are awaited there is no such part; other inboxes have none, and ask for none', async () => {
  answering([], 0)
  expect(await readParts('ratings', ACTS.ratings)).toMatchObject({ ok: true, data: [] })
  fetched.mockClear()
  await readParts('sign', ACTS.sign)
  expect(fetched).toHaveBeenCalledTimes(1)
})

test('a service that does not answer is a problem, not an empty inbox', async () => {
  fetched.mockImplementation((request) => Promise.resolve(request.url.includes('/tally') ? said({ rule: 'unavailable', detail: 'busy', status: 503 }, 503) : said([])))
  expect(await readParts('ratings', ACTS.ratings)).toMatchObject({ ok: false, problem: { status: 503 } })
})

test('an inbox that is opened from another one shows its own acts', async () => {
  fetched.mockImplementation((request) => Promise.resolve(said(request.url.includes('/waiting') ? [waits('assign-case')] : { items: [], names: {}, total: 0, periods: [], choices: {}, views: [], columns: [] })))
  const router = createRouter({ history: createMemoryHistory(), routes: ROUTES })
  await router.push('/assign')
  const page = mount(AppLayout, { global: { plugins: [router], stubs: { 'el-button': { template: '<button><slot /></button>' }, 'el-dialog': true } } })
  await vi.dynamicImportSettled()
  await flushPromises()
  expect(page.find('main nav').text()).toContain('待交办（2）')
  await router.push('/sign')
  await vi.dynamicImportSettled()
  await flushPromises()
  expect(page.find('main nav').exists()).toBe(false)
  expect(page.find('main').text()).toContain('没有等您办理的办件')
})
