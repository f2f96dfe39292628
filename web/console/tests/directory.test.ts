/** 组织: deputies in pages that the address keeps, and the partner clients. Whose an act is, by its target. */
import { enableAutoUnmount, flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { reactive } from 'vue'
import { whoseOf } from '@/case/whose'
import ClientPanel from '@/directory/ClientPanel.vue'
import DeputyPanel from '@/directory/DeputyPanel.vue'
import { commandNamed, rootOf, type Command } from '@/forms/commands'
import { aboutOf, filledIn, namedIn } from '@/review/proposed'

const route = reactive<{ query: Record<string, string> }>({ query: {} })
const replace = vi.fn<(to: { query: Record<string, string | undefined> }) => void>()
vi.mock('vue-router', () => ({ useRoute: () => route, useRouter: () => ({ replace }) }))
const stubs = { 'el-button': { template: '<button><slot /></button>' } }
const fetched = vi.fn<(request: Request) => Promise<Response>>()
beforeEach(() => vi.stubGlobal('fetch', fetched))
afterEach(() => {
  vi.unstubAllGlobals()
  replace.mockReset()
  route.query = {}
})
enableAutoUnmount(afterEach)
const answer = (body: object) => fetched.mockImplementation(() => Promise.resolve(new Response(JSON.stringify(body), { headers: { 'Content-Type': 'application/json' } })))
const DEPUTIES = Array.from({ length: 45 }, (_, n) => ({
  person: `p-${n}`, title: `代表${n}`, body: 'npc', number: `D${n}`, delegation: n < 30 ? '城东代表团' : '东湖代表团', agency: 'u-city', term_from: '2022-01-01', term_to: '2026-12-31',
}))
async function deputies() {
  answer(DEPUTIES)
  const shown = mount(DeputyPanel, { props: { day: '2025-06-15' }, global: { stubs } })
  await flushPromises()
  return shown
}

test('45 deputies stand on three pages, and the address says which', async () => {
  route.query = { on: '2025-06-15', page: '3' }
  const shown = await deputies()
  expect(shown.findAll('tbody tr').map((row) => row.find('th').text())).toEqual(['代表40', '代表41', '代表42', '代表43', '代表44'])
  await shown.findAll('.pager button')[0]!.trigger('click')
  expect(replace.mock.calls.at(-1)?.[0].query).toEqual({ on: '2025-06-15', page: '2' })
})
test('a page beyond the end is the last one', async () => {
  route.query = { page: '99' }
  expect((await deputies()).findAll('tbody tr')).toHaveLength(5)
})
test('what is searched for begins on the first page; a word in the making searches nothing', async () => {
  route.query = { page: '2' }
  const shown = await deputies()
  const box = shown.find('input[type=search]')
  ;(box.element as HTMLInputElement).value = '东湖'
  box.element.dispatchEvent(new InputEvent('input', { isComposing: true }))
  expect(replace).not.toHaveBeenCalled()
  await box.trigger('input')
  expect(replace.mock.calls.at(-1)?.[0].query).toEqual({ q: '东湖', page: undefined })
  route.query = { q: '东湖' }
  await flushPromises()
  expect(shown.findAll('tbody tr')).toHaveLength(15)
  expect(shown.find('.pager').exists()).toBe(false)
})
test('a partner client is listed with its kinds and whether it is in use', async () => {
  answer([{ client: 'c-npc', title: '履职平台', agency: 'u-city', kinds: ['motion'], revoked: false }, { client: 'c-a', title: '旧平台', agency: 'u-city', kinds: [], revoked: true }])
  const shown = mount(ClientPanel, { global: { stubs } })
  await flushPromises()
  const rows = shown.findAll('tbody tr').map((row) => row.findAll('th, td').map((cell) => cell.text()))
  expect(rows).toEqual([['履职平台', 'c-npc', '议案', '在用'], ['旧平台', 'c-a', '各类', '已停用']])
})
test('an act is named after the unit, the rater or the signer that it is about', () => {
  const page = {
    assignment: { tasks: { t1: { unit: 'u-edu' } } }, feedback: { evaluations: { e1: { rater: 'p-1' }, e2: {} } },
    intake: { proposers: [{ id: 'x-1', masked: '王**' }] }, names: { 'u-edu': '市教育局', 'p-1': '唐宏伟' },
  }
  expect(whoseOf(page)).toEqual({ t1: '市教育局', e1: '唐宏伟', 'x-1': '王**' })
  const again = { ...page, assignment: { tasks: { t1: { unit: 'u-edu', round: 1 }, t2: { unit: 'u-edu', round: 2 } } } }
  const late = { ...page, reminder: { clocks: { k1: { rule: 'reply', unit: 'u-edu' }, k2: { rule: 'screening', unit: null } } } }
  expect(whoseOf(late)).toMatchObject({ k1: '答复 市教育局', k2: '审查' })
  expect(whoseOf(again)).toMatchObject({ t1: '市教育局 第 1 轮', t2: '市教育局 第 2 轮' })
})

test('an act that waits says what was filled in: nobody confirms what he cannot see', () => {
  const command = commandNamed('directory', 'fill-post')
  const content = command?.schema.examples?.[0] as Record<string, unknown>
  const root = rootOf(command as Command)
  const said = filledIn(root, content, (id) => `<${id}>`)
  expect(namedIn(root, content)).toEqual([['person', 'p-edu-1']])
  expect(said).toContain('<p-edu-1>')
  for (const { title, name } of root.fields) if (content[name] !== undefined && content[name] !== null) expect(said).toContain(`${title}：`)
  expect(aboutOf('unit-u-edu:7')).toBe('u-edu')
})
