import { mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { rowsOf, run, type Item } from '@/ledger/batch'
import { columnsOf } from '@/ledger/columns'
import { FILTERS, FIRST, SIZES, fromQuery, toQuery, type Wanted } from '@/ledger/filter'
import LedgerTable from '@/ledger/LedgerTable.vue'
import { nameOf, type Line } from '@/ledger/worklist'
import { titleOf } from '@/ui/titles'

/** Numbers that look random and are the same every time. */
function* numbers(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (state * 1103515245 + 12345) % 2147483648
    yield state
  }
}

function anyWanted(seed: number): Wanted {
  const drawn = numbers(seed)
  const draw = (below: number) => Math.floor((drawn.next().value / 2147483648) * below)
  const texts = ['红', 'a b', '%&=+#', '2025年第1号', '"', 'true']
  const filter = Object.fromEntries(FILTERS.filter(() => draw(2)).map((name) => [name, texts[draw(texts.length)] ?? '']))
  const after = draw(2) ? `mark${draw(99)}` : ''
  return { filter, sort: draw(2) ? 'due' : '-due', limit: SIZES[draw(SIZES.length)] ?? 20, page: after ? 2 + draw(40) : 1, after }
}

test.each(Array.from({ length: 200 }, (_, seed) => seed))('what an address says is what it was made of (%i)', (seed) => {
  const wanted = anyWanted(seed)
  const address = new URLSearchParams(toQuery(wanted)).toString()
  expect(fromQuery(Object.fromEntries(new URLSearchParams(address)))).toEqual(wanted)
})

test('an address with nonsense is the first page of everything', () => {
  expect(fromQuery({ limit: '7', page: '-3', sort: ['a', 'b'], colour: 'red' })).toEqual(FIRST)
  expect(toQuery(FIRST)).toEqual({})
})

test('columns that are no longer known are left out', () => {
  expect(columnsOf(['due', 'gone', 'label']).map(({ key }) => key)).toEqual(['due', 'label'])
})

test('papers whose title is sealed are told apart by who brought them, when, and under which number', () => {
  const line = { label: null, title: null, proposer: '唐宏伟', received_on: '2025-01-15', external_no: '第58号', registered_at: '2025-01-16T01:00:00Z' } as Line
  expect(titleOf(line)).toBe('（案由已加密） 唐宏伟 2025-01-15 第58号')
  expect(nameOf(line)).toBe('未编号（2025-01-16 登记） （案由已加密） 唐宏伟 2025-01-15 第58号')
  expect(titleOf({ ...line, title: '关于电梯的建议' })).toBe('关于电梯的建议')
})

const fetched = vi.fn<(request: Request) => Promise<Response>>()
beforeEach(() => vi.stubGlobal('fetch', fetched))
afterEach(() => {
  vi.unstubAllGlobals()
  fetched.mockReset()
})
const items = (n: number): Item[] =>
  Array.from({ length: n }, (_, at) => ({ caseId: `c${at}`, name: `case ${at}`, href: `/assignment/v1/cases/c${at}/tasks/t/receipt`, target: null, seen: 1, scope: {} }))
const refusing = new Set(['c3', 'c7', 'c11'])
const caseOf = (request: Request) => /cases\/(c\d+)/.exec(request.url)?.[1] ?? ''
const said = (status: number, body: object) => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })

test('of twenty cases three are refused: each keeps its sentence; a repetition sends only these, under their keys', async () => {
  let inFlight = 0
  let most = 0
  fetched.mockImplementation(async (request) => {
    most = Math.max(most, (inFlight += 1))
    await Promise.resolve()
    inFlight -= 1
    const id = caseOf(request)
    return refusing.has(id) ? said(409, { rule: 'closed', detail: `no: ${id}`, status: 409 }) : said(201, { stream: `s-${id}`, version: 2, command_id: 'x' })
  })
  const rows = rowsOf(items(20))
  await run(rows, {}, () => undefined)
  expect(most).toBe(4)
  expect(rows.filter((row) => row.state === 'refused').map((row) => row.problem?.detail)).toEqual(['no: c3', 'no: c7', 'no: c11'])
  const keys = fetched.mock.calls.map(([request]) => request.headers.get('Idempotency-Key'))
  expect(new Set(keys).size).toBe(20)
  fetched.mockClear()
  await run(rows, {}, () => undefined)
  expect(fetched.mock.calls.map(([request]) => caseOf(request)).sort()).toEqual(['c11', 'c3', 'c7'])
  expect(fetched.mock.calls.every(([request]) => keys.includes(request.headers.get('Idempotency-Key')))).toBe(true)
})

const taken = (id: string) => said(201, { stream: `s-${id}`, version: 4, command_id: 'x' })

/** Case 0 has got its number meanwhile, case 1 has been changed by a person. */
async function changed(request: Request): Promise<Response> {
  const id = caseOf(request)
  if (request.method === 'GET') return said(200, { case_id: id, versions: { [`assignment-${id}`]: 3 }, timeline: [2, 3].map((version) => ({ owner: 'assignment', version, actor: id === 'c1' && version === 3 ? 'p-2' : 'system:assignment' })) })
  return request.headers.get('If-Match') === '"3"' ? taken(id) : said(412, { rule: 'stale', detail: 'changed', status: 412 })
}

test('a case of a batch that changed by itself meanwhile is sent again as it is, one that somebody changed is not', async () => {
  fetched.mockImplementation(changed)
  const rows = rowsOf(items(2))
  await run(rows, {}, () => undefined)
  expect(rows.map((row) => row.state)).toEqual(['done', 'refused'])
})

const table = (chosen = new Map<string, string>()) =>
  mount(LedgerTable, {
    props: { caption: 'Cases', headings: [{ key: 'label', title: 'Number' }, { key: 'due', title: 'Due', sort: { up: 'due', down: '-due' } }], rows: [{ id: 'a', name: 'A' }, { id: 'b', name: 'B' }], sort: '-due', selectable: true, chosen },
    slots: { label: '<template #label="{ row }">{{ row.name }}</template>' },
  })

test('the table names its order, its rows and its ticks', () => {
  const page = table()
  expect(page.find('th[aria-sort]').attributes('aria-sort')).toBe('descending')
  expect(page.findAll('tbody th[scope=row]')).toHaveLength(2)
  expect(page.find('tbody input').attributes('aria-label')).toContain('A')
})

test('rows of other pages stay chosen when this page is chosen', async () => {
  const page = table(new Map([['elsewhere', 'E']]))
  await page.find('thead input').trigger('change')
  const chosen = page.emitted<[Map<string, string>]>('update:chosen')?.[0]?.[0]
  expect([...(chosen?.keys() ?? [])]).toEqual(['elsewhere', 'a', 'b'])
})
