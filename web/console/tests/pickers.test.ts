import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import PickInput from '@/forms/pickers/PickInput.vue'

const fetched = vi.fn<(request: Request) => Promise<Response>>()
const said = (status: number, body: object) => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })
const unit = (id: string, title: string) => ({
  unit: id, title, short: title, level: 'bureau', agency: 'u-city', region: null, letter_words: [], above: '临江市', posts: [], units: [],
})
const units = [unit('u-edu', '市教育局'), unit('u-c-edu', '东湖区市教育局分局')]
const people = [{ person: 'p-1', title: '杨慧敏', posts: [{ role: 'handler', unit: 'u-edu', short: '市教育局' }], mandates: [] }]
/** The directory, which searches by itself. */
const directory = (request: Request) => Promise.resolve(said(200, request.url.includes('/people') ? people : units))

/** Each test asks for another day, so that no register is known from before. */
let day = 0
function picker(what: 'unit' | 'person' | 'case') {
  day += 1
  const setting = { value: { day: `2025-01-${String(day).padStart(2, '0')}`, caseId: '', proposers: [], names: {} }, __v_isRef: true }
  return import('@/forms/context').then(({ SETTING }) =>
    mount(PickInput, { props: { what, spoken: { id: 'unit' } }, global: { provide: { [SETTING as symbol]: setting } }, attachTo: document.body }),
  )
}
async function type(page: Awaited<ReturnType<typeof picker>>, text: string) {
  await page.find('input').setValue(text)
  vi.advanceTimersByTime(300)
  await flushPromises()
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  vi.stubGlobal('fetch', fetched)
  fetched.mockImplementation(directory)
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  fetched.mockReset()
  document.body.innerHTML = ''
})

test('the directory is asked for the text on the day, and the keyboard chooses', async () => {
  const page = await picker('unit')
  await type(page, '市教育')
  const asked = new URL(fetched.mock.calls.at(-1)?.[0].url ?? '')
  expect(Object.fromEntries(asked.searchParams)).toEqual({ q: '市教育', on: `2025-01-${String(day).padStart(2, '0')}`, limit: '10' })
  expect(page.findAll('[role=option]').map((each) => each.text())).toEqual(['市教育局 临江市', '东湖区市教育局分局 临江市'])
  await page.find('input').trigger('keydown', { key: 'ArrowDown' })
  await page.find('input').trigger('keydown', { key: 'Enter' })
  expect(page.emitted('update:modelValue')?.at(-1)).toEqual(['u-edu'])
})

test('people in office on the day are found with their unit', async () => {
  const page = await picker('person')
  await type(page, '杨')
  expect(page.find('[role=option]').text()).toBe('杨慧敏 市教育局')
})

test('of a word typed quickly only the whole is asked', async () => {
  const page = await picker('unit')
  for (const text of ['市', '市教', '市教育']) await page.find('input').setValue(text)
  vi.advanceTimersByTime(300)
  await flushPromises()
  expect(fetched.mock.calls.map(([request]) => new URL(request.url).searchParams.get('q'))).toEqual(['市教育'])
})

test('while a word is being composed the register is not asked', async () => {
  const page = await picker('unit')
  const input = page.find('input')
  input.element.value = "jian'yi"
  input.element.dispatchEvent(new InputEvent('input', { isComposing: true, bubbles: true }))
  vi.advanceTimersByTime(500)
  await flushPromises()
  expect(fetched).not.toHaveBeenCalled()
})

test('a directory that does not answer is told, and asked again', async () => {
  const page = await picker('unit')
  fetched.mockRejectedValue(new TypeError('gone'))
  await type(page, '市')
  expect(page.find('[role=option]').attributes('aria-disabled')).toBe('true')
  fetched.mockImplementation(directory)
  await type(page, '市教')
  expect(page.findAll('[role=option]')).toHaveLength(2)
})

test('a case is found by its number or its words, and told from others', async () => {
  const line = { case_id: 'c1', title: '关于电梯的建议', label: '2025年第9号建议', status_name: '已立案' }
  const sealed = { case_id: 'c2', title: null, proposer: '张**', received_on: '2025-03-03', external_no: null, label: null, status_name: '已登记' }
  fetched.mockImplementation(() => Promise.resolve(said(200, { items: [line, sealed], next: null, names: {} })))
  const page = await picker('case')
  await type(page, '第9号')
  const asked = new URL(fetched.mock.calls.at(-1)?.[0].url ?? '')
  expect([asked.pathname.split('/').at(-1), asked.searchParams.get('q')]).toEqual(['worklist', '第9号'])
  expect(page.findAll('[role=option]').map((each) => each.text())).toEqual(['关于电梯的建议（2025年第9号建议） 已立案', '（案由已加密） 张** 2025-03-03（未编号） 已登记'])
  await page.find('input').trigger('keydown', { key: 'ArrowDown' })
  await page.find('input').trigger('keydown', { key: 'Enter' })
  expect(page.emitted('update:modelValue')?.at(-1)).toEqual(['c1'])
})
