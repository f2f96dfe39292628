/** Other papers on the same matter are told apart before they are opened. */
import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import CaseLinks from '@/ui/CaseLinks.vue'

const stubs = { 'router-link': { props: ['to'], template: '<a :href="to"><slot /></a>' } }
const asked: string[] = []
afterEach(() => vi.unstubAllGlobals())

test('a link has the number and the matter of its case; one that is not shown is counted, and what is known of it stays', async () => {
  vi.stubGlobal('fetch', async (request: Request) => {
    asked.push(request.url)
    const items = [{ case_id: 'c1', label: '2025年第1号建议', title: '公交站' }, { case_id: 'c2', label: null, title: null, received_on: '2025-01-15' }]
    return new Response(JSON.stringify({ items, next: null, names: {} }), { headers: { 'Content-Type': 'application/json' } })
  })
  const page = mount(CaseLinks, { props: { ids: ['c1', 'c2', 'c3'] }, slots: { default: '<b>!</b>' }, global: { stubs } })
  await flushPromises()
  const links = page.findAll('a')
  expect(links.map((each) => each.attributes('href'))).toEqual(['/cases/c1', '/cases/c2', '/cases/c3'])
  expect(links[0]?.text()).toBe('2025年第1号建议 公交站')
  expect(links[1]?.text()).toContain('2025-01-15')
  expect(links[2]?.text()).toContain('3')
  expect(page.findAll('li b')).toHaveLength(3)
  expect(asked).toHaveLength(1)
  expect(asked[0]).toContain('case=c1&case=c2&case=c3')
})
