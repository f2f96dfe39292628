/** What users of case-work consoles ask for, where no browser is needed to see it. */
import { flushPromises, mount, RouterLinkStub } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { defineComponent, h, nextTick, reactive, ref } from 'vue'
import ClockList from '@/case/ClockList.vue'
import CourseTab from '@/case/tabs/CourseTab.vue'
import type { Entry, Page } from '@/case/views'
import { commandOf, rootOf } from '@/forms/commands'
import { dropDraft, hasDrafts, readDraft, saveDraft, type Place } from '@/forms/draft'
import { sent } from '@/forms/fields'
import ScalarField from '@/forms/ScalarField.vue'
import ChosenBar from '@/ledger/ChosenBar.vue'
import ExportLinks from '@/ledger/ExportLinks.vue'
import { FIRST } from '@/ledger/filter'
import { useFreshness } from '@/ledger/useFreshness'
import type { Worklist } from '@/ledger/worklist'

const route = reactive({ hash: '', query: { tab: 'course' } })
vi.mock('vue-router', () => ({ useRoute: () => route }))
const fetched = vi.fn<(request: Request) => Promise<Response>>()
const said = (body: object) => new Response(JSON.stringify(body), { status: 200, headers: { 'Content-Type': 'application/json' } })
const stubs = { 'el-button': { template: '<button><slot /></button>' }, 'router-link': { template: '<a><slot /></a>' }, BatchDialog: true }
beforeEach(() => vi.stubGlobal('fetch', fetched))
afterEach(() => {
  vi.unstubAllGlobals()
  fetched.mockReset()
  localStorage.clear()
})

test('a draft belongs to one person, case, command and target', () => {
  const mine: Place = { person: 'p-1', caseId: 'c1', command: 'handling/Draft', target: 't1' }
  saveDraft(mine, { text: 'mine' })
  expect(readDraft(mine)?.value).toEqual({ text: 'mine' })
  for (const other of [{ person: 'p-2' }, { caseId: 'c2' }, { command: 'handling/Opinion' }, { target: 't2' }]) expect(readDraft({ ...mine, ...other })).toBeNull()
  expect([hasDrafts('p-1'), hasDrafts('p-2'), hasDrafts('p-')]).toEqual([true, false, false])
  dropDraft(mine)
  expect(hasDrafts('p-1')).toBe(false)
})

test('"this page" and "all of the filter" are two choices, and the number is that of what is chosen', async () => {
  const line = (id: string) => ({ case_id: id, label: id, title: 'T' })
  fetched.mockImplementation((request) => Promise.resolve(said(request.url.includes('after=') ? { items: [line('c3')], next: null } : { items: [line('c1'), line('c2')], next: 'mark' })))
  const page = mount(ChosenBar, { props: { rows: [{ id: 'c1', name: 'one' }], filter: { kind: 'proposal' }, total: 3, modelValue: new Map([['c1', 'one'], ['c9', 'nine']]) }, global: { stubs } })
  expect(page.text()).toContain('已选 2 件（1 件不在本页）')
  await page.findAll('button').find((button) => button.text().includes('全部 3 件'))?.trigger('click')
  await flushPromises()
  const all = page.emitted<[Map<string, string>]>('update:modelValue')?.at(-1)?.[0]
  expect([...(all?.keys() ?? [])]).toEqual(['c1', 'c2', 'c3'])
  expect(fetched.mock.calls.every(([request]) => request.url.includes('kind=proposal'))).toBe(true)
  await page.setProps({ modelValue: all })
  expect(page.text()).toContain('批量办理 3 件')
})

test('more than can be chosen at once are not offered as all', () => {
  const page = mount(ChosenBar, { props: { rows: [], filter: {}, total: 100_000, modelValue: new Map([['c1', 'one']]) }, global: { stubs } })
  expect(page.text()).toContain('一次最多选择 1000 件')
  expect(page.findAll('button').filter((button) => button.text().includes('全部'))).toEqual([])
})

test('of an empty list no file and no paper is offered', () => {
  const offered = (total: number | null) => mount(ExportLinks, { props: { wanted: FIRST, total } }).findAll('a').length
  expect([offered(0), offered(null), offered(1)]).toEqual([0, 3, 3])
})

test('news of a list are counted, and move nothing', async () => {
  const list = (light: string) => ({ items: [{ case_id: 'c1', updated_at: '1', light }, { case_id: 'c2', updated_at: '1', light: 'green' }], next: null }) as unknown as Worklist
  const shown = ref<Worklist | null>(list('green'))
  const before = shown.value
  let fresh: ReturnType<typeof useFreshness> | undefined
  mount(defineComponent({ setup: () => ((fresh = useFreshness(shown, ref(FIRST))), () => h('p')) }))
  fetched.mockResolvedValue(said(list('red')))
  await fresh?.look()
  expect(fresh?.changed.value).toBe(1)
  expect(fetched.mock.calls[0]?.[0].headers.get('x-background')).toBe('1')
  expect(shown.value).toBe(before)
})

test('a day goes out as the day that was typed, in whatever zone the computer is', async () => {
  const field = rootOf(commandOf('handling', 'Delivery')).fields.find((each) => each.name === 'on')
  if (!field) throw new Error('no day')
  const page = mount(ScalarField, { props: { field, path: 'on' } })
  await page.find('input[type=date]').setValue('2025-06-30')
  const typed = page.emitted<[string]>('update:modelValue')?.at(-1)?.[0]
  expect(sent(field, typed)).toBe('2025-06-30')
})

test('a deadline says its day and light, and on demand by which rule, calendar and ladder', async () => {
  const clock = {
    clock: 'reply-t1', rule: 'reply', unit: 'u-edu', light: 'yellow', due_on: '2025-06-30', policy: '2025.1', calendar: '2025', provisional: false, paused: true,
    ladder: [{ rung: 'due', planned: '2025-06-30T16:00:00Z', fired: false, person: null, organ: null, acknowledge_by: null }],
  }
  fetched.mockImplementation((request) => Promise.resolve(said(request.url.includes('/clocks') ? { clocks: [clock] } : [])))
  const page = { case_id: 'c1', kind: 'suggestion', names: { 'u-edu': '市教育局' } } as unknown as Page
  const list = mount(ClockList, { props: { page }, global: { stubs: { ...stubs, ClockCounting: true } } })
  await flushPromises()
  const text = list.find('li .row').text()
  for (const words of ['市教育局', '2025-06-30', '临期', '暂停计时']) expect(text).toContain(words)
  expect(list.find('li i').attributes('aria-hidden')).toBe('true')
  expect(list.find('details').text()).toContain('2025.1')
})

test('the course tells acts of people by day and folds those of the system', async () => {
  const entry = (version: number, type: string, at: string, actor: string | null) => ({ owner: 'handling', version, type, at, actor, step: '', about: {}, words: {}, automatic: actor === null }) as unknown as Entry
  const timeline = [entry(1, 'task.opened.v1', '2025-03-01T01:00:00Z', null), entry(2, 'case.contacted.v1', '2025-03-02T01:00:00Z', 'p-1'), entry(3, 'reply.signed.v1', '2025-03-03T01:00:00Z', 'p-1')]
  const page = mount(CourseTab, { props: { page: { timeline, names: { 'p-1': '杨慧敏' }, kind: 'suggestion' } as unknown as Page }, global: { stubs } })
  expect(page.findAll('section h2').map((day) => day.text())).toEqual(['2025-03-03', '2025-03-02'])
  expect(page.find('details > summary').text()).toContain('另有 1 条系统记录')
  expect(page.find('section li').attributes('id')).toBe('e-handling-3')
  page.unmount()
})

test('each entry of the course has an address, which shows it also where it is folded', async () => {
  const timeline = [1, 2].map((version) => ({ owner: 'handling', version, type: 'task.opened.v1', at: '2025-03-01T01:00:00Z', actor: null, step: '', about: {}, words: {}, automatic: true })) as unknown as Entry[]
  const shown = vi.spyOn(Element.prototype, 'scrollIntoView').mockImplementation(() => undefined)
  route.hash = '#e-handling-2'
  const page = mount(CourseTab, { props: { page: { timeline, names: {}, kind: 'suggestion' } as unknown as Page }, global: { stubs: { ...stubs, 'router-link': RouterLinkStub } }, attachTo: document.body })
  await nextTick()
  await nextTick()
  expect(page.find('details').attributes('open')).toBeDefined()
  expect(shown.mock.contexts).toEqual([page.find('#e-handling-2').element])
  expect(page.find('li[aria-current]').attributes('id')).toBe('e-handling-2')
  expect(page.findAllComponents(RouterLinkStub)[0]?.props('to')).toEqual({ query: { tab: 'course' }, hash: '#e-handling-2' })
  page.unmount()
  route.hash = ''
})

test('the order of the course is kept', async () => {
  const timeline = ['2025-03-02T01:00:00Z', '2025-03-03T01:00:00Z'].map((at, version) => ({ owner: 'handling', version, type: 'case.contacted.v1', at, actor: 'p-1', step: '', about: {}, words: {}, automatic: false })) as unknown as Entry[]
  const page = mount(CourseTab, { props: { page: { timeline, names: {}, kind: 'suggestion' } as unknown as Page }, global: { stubs } })
  await page.find('button').trigger('click')
  expect(page.findAll('section h2').map((day) => day.text())).toEqual(['2025-03-02', '2025-03-03'])
  expect(localStorage.getItem('duban.course')).toBe('oldest')
})
