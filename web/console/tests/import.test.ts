import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { nextTick, ref } from 'vue'
import { session } from '@/api/session'
import ImportView from '@/import/ImportView.vue'
import { isAtWork, send, type Import, type Upload } from '@/import/imports'
import { newId } from '@/api/pieces'
import { PAUSE_MS, useImport } from '@/import/useImport'
import StateLine from '@/import/StateLine.vue'
import en from '@/words/en'
import zh from '@/words/zh'

const fetched = vi.fn<(request: Request) => Promise<Response>>()
const said = (status: number, body: object | null) => new Response(body && JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })
const ONE: Import = {
  id: 'a'.repeat(32), name: 'x.xlsx', agency: 'u-city', state: 'ready', interrupted: false, stopping: false, why: '', refusal: null,
  done: 3, total: 3, new: 2, known: 1, faulty: 1, marked: 'copy', began: '2026-11-29T00:00:00Z', ends: '2026-12-06T00:00:00Z', piece_bytes: 4,
}
const PREVIEW = { sheets: [], rows: [], remarks: [], faults: [{ sheet: 's', row: 3, cell: 'C3', column: 'c', field: 'title', rule: 'ledger-cell', reason: 'empty' }], faults_in_all: 1 }
const stubs = { 'el-button': { template: '<button><slot /></button>' }, 'router-link': { template: '<a><slot /></a>' } }

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('fetch', fetched)
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  fetched.mockReset()
})

test('a file goes in pieces; after a failure only the rest is sent again', async () => {
  const paths: string[] = []
  let broken = true
  fetched.mockImplementation(async (request) => {
    const path = new URL(request.url).pathname.replace(/.*imports\//, '')
    paths.push(path)
    if (path.endsWith('pieces/1') && broken) throw new TypeError('the line is down')
    return path.includes('pieces') ? new Response(null, { status: 204 }) : said(200, ONE)
  })
  const upload: Upload = { id: ONE.id, file: new File(['0123456789'], 'x.xlsx'), agency: '', sent: 0, pieces: 1 }
  expect((await send(upload, () => undefined))?.rule).toBe('unreachable')
  broken = false
  const told: number[] = []
  expect(await send(upload, (n) => told.push(n))).toBeNull()
  expect(told).toEqual([2, 3])
  const pieces = paths.filter((path) => path.includes('pieces'))
  expect(pieces.map((path) => path.slice(-1))).toEqual(['0', '1', '1', '2'])
  expect(paths.at(-1)).toBe(`${ONE.id}/check`)
  expect(session.csrf).toBe('')
})

test('an id is what the service wants, and no two are the same', () => {
  const ids = Array.from({ length: 50 }, newId)
  expect(ids.every((id) => /^[0-9a-f]{32}$/.test(id))).toBe(true)
  expect(new Set(ids).size).toBe(50)
})

test('an import is followed while it is at work, and no longer', async () => {
  const states: Import[] = [{ ...ONE, state: 'checking', done: 1 }, { ...ONE, state: 'checking', done: 2 }, ONE]
  let asked = 0
  fetched.mockImplementation(async (request) => (request.url.endsWith('/preview') ? said(200, PREVIEW) : said(200, states[Math.min(asked++, 2)] ?? ONE)))
  const seen: number[] = []
  const page = mount({ setup: () => useImport(ref(ONE.id)), template: '<i>{{ one?.state }} {{ one?.done }}</i>' })
  for (let turn = 0; turn < 5; turn += 1) {
    await flushPromises()
    seen.push(asked)
    await vi.advanceTimersByTimeAsync(PAUSE_MS)
  }
  expect(page.text()).toBe('ready 3')
  expect(seen).toEqual([1, 2, 3, 3, 3])
  expect(fetched.mock.calls.filter(([request]) => request.url.endsWith('/preview'))).toHaveLength(1)
})

async function shown(one: Partial<Import>) {
  fetched.mockImplementation(async (request) => (request.url.endsWith('/preview') ? said(200, PREVIEW) : said(200, { ...ONE, ...one })))
  const page = mount(ImportView, { props: { id: ONE.id }, global: { stubs } })
  await flushPromises()
  await nextTick()
  return page
}

test('the one act that leads on depends on the state', async () => {
  expect((await shown({})).text()).toContain(zh.imports.register(2))
  expect((await shown({ new: 0 })).text()).not.toContain(zh.imports.goOn)
  expect((await shown({ state: 'registering' })).text()).toContain(zh.imports.stop)
  expect((await shown({ state: 'registering', interrupted: true })).text()).toContain(zh.imports.goOn)
  expect((await shown({ state: 'done' })).text()).toContain(zh.imports.imported(2))
  expect((await shown({ state: 'unreadable', refusal: 'macro' })).find('[role=alert]').text()).toContain('macro')
})

test('each fault has its cell, and the marked copy has an address', async () => {
  const page = await shown({})
  expect(page.findAll('.import-faults tbody td').map((cell) => cell.text())).toEqual(['s', 'C3', 'c', 'empty'])
  expect(page.find('a[download]').attributes('href')).toBe(`/console/api/intake/imports/${ONE.id}/marked-copy`)
})

test('a refusal of an act is shown with its sentence', async () => {
  const page = await shown({})
  fetched.mockImplementation(async () => said(409, { rule: 'import-piece', detail: 'not whole', status: 409 }))
  await page.find('button').trigger('click')
  await flushPromises()
  expect(page.find('[role=alert]').text()).toContain('not whole')
})

test('every state has a sentence in both languages', () => {
  for (const words of [zh, en]) {
    const states = Object.keys(words.imports.states) as Import['state'][]
    for (const state of states) {
      const line = mount(StateLine, { props: { one: { ...ONE, state, refusal: 'r' } } })
      expect(line.text().length).toBeGreaterThan(3)
    }
    expect(words.imports.interrupted.failed(1, 2)).toMatch(/1.*2/)
  }
  expect(isAtWork({ ...ONE, state: 'checking', interrupted: true })).toBe(false)
})
