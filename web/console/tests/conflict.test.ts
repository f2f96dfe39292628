/** A case that changed while its form was open: by whom, said as it was. */
import { mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import { readSession } from '@/api/session'
import ConflictPanel from '@/case/ConflictPanel.vue'
import type { Entry } from '@/case/views'

vi.mock('vue-router', () => ({ useRoute: () => ({ query: {}, hash: '' }) }))
const stubs = { 'router-link': { template: '<a><slot /></a>' }, 'el-button': { template: '<button><slot /></button>' } }
const by = (actor: string | null, version: number, automatic = false) =>
  ({ automatic, at: '2025-03-03T01:00:00.000Z', owner: 'handling', version, type: 'draft.submitted.v1', actor, step: '拟稿', about: {}, words: {} }) as unknown as Entry
let panel: VueWrapper
async function titleAfter(...entries: Entry[]): Promise<string> {
  const answer = { me: { sub: 'p-1' }, csrf: 'c', idle_seconds: 1, ends_at: null, sign_in: { kind: 'none' } }
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify(answer), { status: 200 })))
  await readSession()
  panel = mount(ConflictPanel, { props: { entries, names: { 'p-2': '李华' }, kind: 'motion' }, global: { stubs } })
  return panel.find('[role=alert]').attributes('aria-label') ?? ''
}
afterEach(() => vi.unstubAllGlobals())

test('what another person did is told as his', async () => {
  expect(await titleAfter(by('p-2', 3))).toBe('这件刚刚被他人更新')
  expect(await titleAfter(by('p-1', 3), by('p-2', 4))).toBe('这件刚刚被他人更新')
})

test('what the person did in another window is nobody else’s, nor what followed by itself', async () => {
  expect(await titleAfter(by('p-1', 3), by('system:reminder', 4))).toBe('这件刚刚由您在别的窗口更新')
  expect(await titleAfter(by(null, 3))).toBe('这件刚刚有更新')
  expect(await titleAfter()).toBe('这件刚刚有更新')
})

test('what the system recorded after an act of another person is not his act', async () => {
  expect(await titleAfter(by('p-2', 3, true))).toBe('这件刚刚有更新')
})

test('the course names the system, not the id under which it acts', async () => {
  await titleAfter(by('system:reminder', 3))
  expect(panel.find('li').text()).toContain('系统')
  expect(panel.text()).not.toContain('system:')
})
