/** Numbers lead to the list that they count; where only a part can be opened, the cell says so. */
import { flushPromises, mount, RouterLinkStub } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import DeskPage from '@/desk/DeskPage.vue'
import FiguresCell from '@/statistics/FiguresCell.vue'
import { figureOf, inSet, isPart, listOf, partsOf, SETS, type Group, type Statistics } from '@/statistics/rates'
import LightBoard from '@/supervise/LightBoard.vue'
import zh from '@/words/zh'

vi.mock('vue-router', () => ({ useRoute: () => ({ query: {} }), useRouter: () => ({ replace: vi.fn() }) }))
const stubs = { 'router-link': RouterLinkStub, 'el-button': { template: '<button><slot /></button>' } }
const fetched = vi.fn<(request: Request) => Promise<Response>>()
beforeEach(() => vi.stubGlobal('fetch', fetched))
afterEach(() => vi.unstubAllGlobals())

const rate = { rate: 'closing', numerator: 9, denominator: 12, percent: '75.00', numerator_measure: 'closed', denominator_measure: 'registered' }
const group: Group = {
  group: 'unit', value: 'u-hou', depth: 1, counts: { registered: 12, closed: 9 }, opened: { registered: 12, closed: 4 }, rates: [rate], share: rate,
  query: 'agency=u-city&period=2025&lead=u-hou&by_unit=true&subtree=true',
}
const cell = (measure: string, shown: Group = group) => mount(FiguresCell, { props: { group: shown, figures: [figureOf(shown, measure)] }, global: { stubs } })

test('a number whose cases can all be opened is the link itself', () => {
  const shown = cell('registered')
  expect(shown.text()).toBe('12')
  expect(shown.findComponent(RouterLinkStub).props('to')).toBe(`/cases?${group.query ?? ''}`)
})

test('a number of which a part can be opened says how many, and that part is the link', () => {
  const shown = cell('closed')
  expect(shown.findAll('.figures').map((line) => line.text())).toEqual(['9', '可查看 4'])
  const link = shown.findComponent(RouterLinkStub)
  expect(link.text()).toBe('4')
  expect(link.props('to')).toBe(`/cases?${group.query ?? ''}&measure=closed`)
  expect(link.attributes('aria-label')).toContain('4 件')
})

test('a number of which nothing can be opened has no link', () => {
  const shown = cell('closed', { ...group, opened: {} })
  expect(shown.text()).toBe('9')
  expect(shown.findComponent(RouterLinkStub).exists()).toBe(false)
})

test('numerator and denominator stand side by side, and below them what can be opened of each', () => {
  const shown = mount(FiguresCell, { props: { group, figures: partsOf(group, rate) }, global: { stubs } })
  expect(shown.findAll('.figures').map((line) => line.text())).toEqual(['9/12', '可查看 4/12'])
  expect(shown.findAllComponents(RouterLinkStub).map((link) => link.text())).toEqual(['12', '4'])
})

test('every rate stands in one set, and the whole in all', () => {
  const sets = SETS.filter((set) => set !== 'all')
  for (const each of Object.keys(zh.statistics.rates)) expect(sets.filter((set) => inSet(set, each))).toHaveLength(1)
  expect(Object.keys(zh.statistics.rates).every((each) => inSet('all', each))).toBe(true)
})

test('the page says that the line below is the part that can be opened, where there is such a part', () => {
  const statistics: Statistics = { agency: 'u-city', period: '2025', kind: null, groups: [group], names: {} }
  expect(isPart(statistics)).toBe(true)
  expect(isPart({ ...statistics, groups: [{ ...group, opened: group.counts }] })).toBe(false)
  expect(partsOf(group, rate).map((each) => [each.number, each.opened])).toEqual([[9, 4], [12, 12]])
  expect(listOf(group, 'replied')).toContain('measure=replied')
})

test('every number of the board of lights has its list, those of all running cases first', async () => {
  const lit = (value: string, red: number, green: number) => ({ value, depth: 0, lights: { red, yellow: 0, green }, total: red + green })
  const board = { by: 'unit', whole: lit('all', 3, 5), groups: [lit('u-hou', 2, 4)], names: { 'u-hou': '市住建局' } }
  fetched.mockResolvedValue(new Response(JSON.stringify(board), { status: 200, headers: { 'Content-Type': 'application/json' } }))
  const shown = mount(LightBoard, { global: { stubs } })
  await flushPromises()
  const rows = shown.findAll('tbody tr').map((row) => row.find('th').text())
  expect(rows).toEqual(['合计', '市住建局'])
  const links = shown.findAllComponents(RouterLinkStub).map((link): [string, unknown] => [link.text(), (link.props('to') as { query: unknown }).query])
  expect(links).toEqual([
    ['3', { light: 'red' }], ['5', { light: 'green' }], ['8', { running: 'true' }],
    ['2', { light: 'red', lead: 'u-hou', subtree: 'true' }], ['4', { light: 'green', lead: 'u-hou', subtree: 'true' }],
    ['6', { running: 'true', lead: 'u-hou', subtree: 'true' }],
  ])
  expect(shown.text()).toContain('按您的权限统计')
})

test('the desk shows what waits with its number, and the list that it counts', async () => {
  const answers: Record<string, object> = {
    waiting: [{ action: 'accept-case', name: '待审查', count: 3, query: 'waiting_for=accept-case' }],
    tally: { total: 9, status: {}, light: { red: 3 } }, worklist: { items: [], next: null, total: 0, names: {} },
  }
  fetched.mockImplementation((request) => {
    const name = Object.keys(answers).find((each) => request.url.includes(`/${each}`)) ?? ''
    return Promise.resolve(new Response(JSON.stringify(answers[name]), { status: 200, headers: { 'Content-Type': 'application/json' } }))
  })
  const shown = mount(DeskPage, { global: { stubs } })
  await flushPromises()
  const links = shown.findAllComponents(RouterLinkStub).map((link) => [link.text(), link.props('to')])
  expect(links[0]).toEqual(['3 待审查', '/cases?waiting_for=accept-case'])
  expect(links).toContainEqual(['9 未读', '/cases?unseen=true'])
})
