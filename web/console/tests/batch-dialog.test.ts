import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import BatchDialog from '@/ledger/BatchDialog.vue'

const fetched = vi.fn<(request: Request) => Promise<Response>>()
const said = (status: number, body: object) => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })
const caseOf = (request: Request) => /cases\/(c\d)/.exec(request.url)?.[1] ?? ''

const TOLD = { starts: [], ends: [], changes: [], moves: [], units: [], ends_case: false, public: null, second_person: false, refused: null }
const REFUSED = { action: 'accept-case', target: null, rule: 'no', detail: 'not this one', field: null }

function answer(request: Request): Response {
  const id = caseOf(request)
  if (!id) return said(200, [])
  if (request.url.endsWith('/consequences')) return said(200, id === 'c2' ? { ...TOLD, refused: REFUSED } : { ...TOLD, units: [{ change: 'gains', unit: 'u-hou', was: null, part: 'lead' }] })
  if (request.method === 'GET') {
    const actions = [{ action: 'accept-case', service: 'intake', href: `/intake/v1/cases/${id}/acceptance` }]
    return said(200, { actions, versions: { [`intake-${id}`]: 1 } })
  }
  return id === 'c2' ? said(409, { rule: 'no', detail: 'not this one', status: 409 }) : said(201, { stream: `intake-${id}`, version: 2, command_id: 'x' })
}

const REASONS: Record<string, string[]> = { petition: ['outside-remit', 'duplicate'], suggestion: ['duplicate', 'other-lead'], hotline: ['other-level'] }
const KINDS: Record<string, string> = { c1: 'petition', c2: 'suggestion', c3: 'hotline' }

/** Cases of different kinds, which a unit may object to. */
function ofKinds(request: Request): Response {
  const asked = new URL(request.url).searchParams
  if (request.url.includes('/rules')) return asked.get('agency') === 'u-city' ? said(200, { channel: 'x', becomes: [], choices: { 'objection-reason': REASONS[asked.get('kind') ?? ''] } }) : said(404, {})
  const id = caseOf(request)
  const actions = [{ action: 'object-assignment', service: 'assignment', href: `/assignment/v1/cases/${id}/tasks/t1/objection` }]
  return said(200, { kind: KINDS[id], intake: { agency: 'u-city' }, channel: 'x', actions, versions: {} })
}

async function reasonsFor(...ids: string[]): Promise<(string | undefined)[]> {
  fetched.mockImplementation((request) => Promise.resolve(caseOf(request) || request.url.includes('/rules') ? ofKinds(request) : said(200, [])))
  const page = mount(BatchDialog, { props: { chosen: new Map(ids.map((id) => [id, id])) }, global: { stubs, plugins: [router] } })
  await flushPromises()
  await page.find('.offers button').trigger('click')
  await flushPromises()
  return page.findAll('#reason option').map((each) => each.attributes('value')).filter(Boolean)
}

test('a batch offers the codes that its cases have in common', async () => {
  expect(await reasonsFor('c1')).toEqual(['outside-remit', 'duplicate'])
  expect(await reasonsFor('c1', 'c2')).toEqual(['duplicate'])
})

test('cases that know no code in common are offered what any of them knows', async () => {
  expect((await reasonsFor('c1', 'c3')).sort()).toEqual(['duplicate', 'other-level', 'outside-remit'])
})

/** A batch whose form is open. */
async function opened() {
  fetched.mockImplementation((request) => Promise.resolve(caseOf(request) || request.url.includes('/rules') ? ofKinds(request) : said(200, [])))
  const page = mount(BatchDialog, { props: { chosen: new Map([['c1', 'one']]) }, global: { stubs, plugins: [router] } })
  await flushPromises()
  await page.find('.offers button').trigger('click')
  await flushPromises()
  return page
}

test('closing a batch asks only when something was typed, and so does the way back', async () => {
  const page = await opened()
  await page.find('#explanation').setValue('not ours')
  await page.find('.x').trigger('click')
  expect(page.find('[role=alertdialog]').exists()).toBe(true)
  await page.find('[role=alertdialog] button').trigger('click')
  await router.push('/elsewhere')
  expect(router.currentRoute.value.path).not.toBe('/elsewhere')
  expect((page.find('#explanation').element as HTMLTextAreaElement).value).toBe('not ours')
  await page.findAll('[role=alertdialog] button')[1]?.trigger('click')
  expect(page.find('.batch').exists()).toBe(false)
  const untouched = await opened()
  await untouched.find('.x').trigger('click')
  expect(untouched.find('.batch').exists()).toBe(false)
})

test('the browser asks before it leaves a page with a batch that was typed or is under way', async () => {
  const page = await opened()
  const leaves = () => !window.dispatchEvent(new Event('beforeunload', { cancelable: true }))
  expect(leaves()).toBe(false)
  await page.find('#explanation').setValue('not ours')
  expect(leaves()).toBe(true)
  page.unmount()
  expect(leaves()).toBe(false)
})

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  vi.stubGlobal('fetch', fetched)
  fetched.mockImplementation((request) => Promise.resolve(answer(request)))
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const shut = { props: ['beforeClose', 'modelValue'], template: '<div><button class="x" @click="beforeClose()"></button><slot v-if="modelValue" /></div>' }
const stubs = { 'el-dialog': shut, 'el-button': { template: '<button><slot /></button>' }, 'router-link': { template: '<a><slot /></a>' } }

const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:any(.*)*', component: { template: '<p></p>' } }] })

test('while a batch asks what can be done with each case, it says of how many it has heard', async () => {
  const waiting: ((response: Response) => void)[] = []
  fetched.mockImplementation((request) => (caseOf(request) ? new Promise((resolve) => waiting.push(() => resolve(answer(request)))) : Promise.resolve(said(200, []))))
  const page = mount(BatchDialog, { props: { chosen: new Map([['c1', 'one'], ['c2', 'two'], ['c3', 'three']]) }, global: { stubs, plugins: [router] } })
  await flushPromises()
  expect(page.text()).toContain('0/3')
  waiting[0]?.(said(200, {}))
  waiting[1]?.(said(200, {}))
  await flushPromises()
  expect(page.text()).toContain('2/3')
  expect(page.find('progress').attributes()).toMatchObject({ value: '2', max: '3' })
})

test('a batch says beforehand how many, shows its progress, and keeps the refused one with its sentence', async () => {
  const page = mount(BatchDialog, { props: { chosen: new Map([['c1', 'one'], ['c2', 'two'], ['c3', 'three']]) }, global: { stubs, plugins: [router] } })
  await flushPromises()
  await page.find('.offers button').trigger('click')
  expect(page.text()).toContain('3 件')
  await vi.advanceTimersByTimeAsync(700)
  await flushPromises()
  expect(page.find('.consequences').text()).toContain('2 件列入u-hou的台账')
  expect(page.find('.consequences').text()).toContain('two：not this one')
  await page.find('form').trigger('submit')
  await flushPromises()
  expect(page.text()).toContain('3/3')
  expect(page.text()).toContain('not this one')
  expect(page.emitted('finished')?.[0]).toEqual([['c2']])
})

const PLAN = { plan: '7c1e0b6a92d4', at: '2025-03-03T08:00:00Z', tasks: [{ unit: 'u-hou', part: 'lead', scope: '' }], reply_by: '2025-04-30', reason: '属住建局职责', verdict: null, lapsed: false, note: null }

test('a leader reads the plans of a batch before he agrees, and sends his word alone', async () => {
  vi.useRealTimers()
  const sent: unknown[] = []
  fetched.mockImplementation(async (request) => {
    const id = caseOf(request)
    const href = `/assignment/v1/cases/${id}/plans/${PLAN.plan}/decision`
    if (request.url.endsWith('/consequences')) return said(200, TOLD)
    if (/assignment\/cases\/c\d(\?|$)/.test(request.url)) return said(200, { plan: { ...PLAN, reason: `${id}：${PLAN.reason}` } })
    if (request.method === 'GET') return said(200, id ? { actions: [{ action: 'decide-plan', service: 'assignment', href, target: PLAN.plan }], versions: {} } : [])
    sent.push(await request.json())
    return said(201, { stream: `assignment-${id}`, version: 3, command_id: 'x' })
  })
  const page = mount(BatchDialog, { props: { chosen: new Map([['c1', 'one'], ['c2', 'two']]) }, global: { stubs, plugins: [router] } })
  await flushPromises()
  await page.find('.offers button').trigger('click')
  await page.findAll('button').find((each) => each.text().includes('逐件查看'))?.trigger('click')
  for (const id of ['c1', 'c2']) await vi.waitFor(() => expect(page.text()).toContain(`${id}：属住建局职责`))
  await page.find('#verdict').setValue(true)
  expect(page.find('[id^="tasks"]').exists()).toBe(false)
  await page.find('form').trigger('submit')
  await flushPromises()
  expect(page.text()).toContain('2/2')
  expect(sent).toEqual([{ verdict: 'agreed' }, { verdict: 'agreed' }])
})
