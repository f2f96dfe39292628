/** What a person has not seen: the number in the menu, and its way down to none. */
import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { markSeen } from '@/case/markSeen'
import type { Page } from '@/case/views'
import { seeAll } from '@/ledger/seen'
import { PAGES } from '@/routes'
import MainMenu from '@/shell/MainMenu.vue'
import { unread } from '@/ui/news'

const fetched = vi.fn<(request: Request) => Promise<Response>>()
let news = 3
const said = (body: object, status = 200) => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })
const stubs = { 'router-link': { template: '<a><slot /></a>' } }
const menu = (names: string[]) => mount(MainMenu, { props: { pages: PAGES.filter(({ name }) => names.includes(name)) }, global: { stubs } })

beforeEach(() => {
  news = 3
  fetched.mockImplementation((request) =>
    Promise.resolve(request.method === 'PUT' ? new Response(null, { status: 204 }) : said({ total: news, status: {}, light: {} })))
  vi.stubGlobal('fetch', fetched)
})
afterEach(() => {
  vi.unstubAllGlobals()
  fetched.mockReset()
})

test('the ledger in the menu says how many cases have news, and how it is read aloud', async () => {
  const page = menu(['desk', 'cases'])
  await flushPromises()
  expect(fetched.mock.calls[0]?.[0].url).toContain('/portal/tally?unseen=true')
  expect(page.findAll('li').map((each) => each.text())).toEqual(['工作台', '办件台账3件未读'])
})

test('opening a case counts again, and at none there is no number', async () => {
  const page = menu(['cases'])
  await flushPromises()
  news = 0
  await markSeen({ case_id: 'c1', news_at: '2025-03-03T01:00:00Z' } as Page)
  await flushPromises()
  expect(page.find('.news').exists()).toBe(false)
})

test('a person without a ledger asks for no count', async () => {
  unread.value = 5
  const page = menu(['operation'])
  await flushPromises()
  expect(fetched).not.toHaveBeenCalled()
  expect(page.text()).not.toContain('5')
})

test('what is refused to be marked comes back in the words of the service', async () => {
  fetched.mockResolvedValueOnce(said({ rule: 'seen-too-many', detail: '请缩小筛选范围', title: '', type: '', status: 409 }, 409))
  expect(await seeAll({ kind: 'proposal' })).toMatchObject({ ok: false, problem: { detail: '请缩小筛选范围' } })
  expect(fetched.mock.calls[0]?.[0].url).toContain('/portal/seen?kind=proposal')
})
