/** A failed upload stays with its reason; the same name can be chosen again; leaving while one runs asks. */
import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import UploadPanel from '@/import/UploadPanel.vue'
import type { Imports } from '@/import/imports'

const fetched = vi.fn<(request: Request) => Promise<Response>>()
const said = (status: number, body: object) => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })
const MINE = { items: [], agencies: ['u-city'], ledgers: [], largest_bytes: 1000, kept_days: 7 } as unknown as Imports
const stubs = { 'el-button': { template: '<button><slot /></button>' } }
let answer: (path: string) => Response | Promise<Response>
const ready = (path: string) => (path.includes('pieces') ? new Response(null, { status: 204 }) : said(200, { piece_bytes: 4 }))

beforeEach(() => {
  answer = ready
  fetched.mockImplementation(async (request) => answer(new URL(request.url).pathname))
  vi.stubGlobal('fetch', fetched)
})
afterEach(() => {
  vi.unstubAllGlobals()
  fetched.mockReset()
})

async function panel() {
  const page = { template: '<UploadPanel :mine="mine" :names="{}" @done="$emit(\'done\', $event)" />', components: { UploadPanel }, data: () => ({ mine: MINE }), emits: ['done'] }
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: page }, { path: '/desk', component: { template: '<i />' } }] })
  await router.push('/')
  const shown = mount({ template: '<router-view />' }, { global: { plugins: [router], stubs } })
  await flushPromises()
  return { shown, router }
}
type Shown = Awaited<ReturnType<typeof panel>>['shown']
async function send(shown: Shown, file: File): Promise<void> {
  const input = shown.find<HTMLInputElement>('#import-file')
  Object.defineProperty(input.element, 'files', { value: [file], configurable: true })
  await input.trigger('change')
  await shown.find('form').trigger('submit')
  await flushPromises()
}
const listed = (shown: Shown) => shown.findAll('.uploads li').map((each) => each.text())
const press = (shown: Shown, at: number, words: string) => shown.findAll('.uploads li')[at]?.findAll('button').find((each) => each.text() === words)?.trigger('click')

test('a failed file stays with its reason beside the next one, and is sent again by itself', async () => {
  const { shown } = await panel()
  answer = () => said(409, { rule: 'imports-bounded', detail: '未完成的导入太多', title: '', type: '', status: 409 })
  await send(shown, new File(['0123'], '台账.xlsx'))
  answer = () => Promise.reject(new TypeError('gone'))
  await send(shown, new File(['4567'], '台账.xlsx'))
  expect(listed(shown)).toEqual([expect.stringContaining('未完成的导入太多'), expect.stringContaining('服务暂时没有应答')])
  answer = ready
  await press(shown, 0, '重试')
  await flushPromises()
  expect(listed(shown)).toEqual([expect.stringContaining('服务暂时没有应答')])
  shown.unmount()
  const again = await panel()
  expect(listed(again.shown)).toHaveLength(1)
  await press(again.shown, 0, '移除')
  expect(listed(again.shown)).toEqual([])
})

test('a file that was changed since it was chosen says so, and not that the service is silent', async () => {
  const { shown } = await panel()
  const gone = new File(['0123'], '台账.csv')
  vi.spyOn(gone, 'slice').mockReturnValue({ arrayBuffer: () => Promise.reject(new DOMException('', 'NotReadableError')) } as unknown as Blob)
  await send(shown, gone)
  expect(listed(shown)[0]).toContain('文件在选择以后改动过')
  await press(shown, 0, '移除')
})

test('the field is empty after a choice, so that the same name is a change', async () => {
  const { shown } = await panel()
  const input = shown.find<HTMLInputElement>('#import-file')
  const emptied = vi.spyOn(input.element, 'value', 'set')
  await send(shown, new File(['0123'], '台账.txt'))
  expect(emptied).toHaveBeenCalledWith('')
  expect(shown.text()).toContain('只能导入 .xlsx 工作簿')
})

test('while a file is on its way, leaving asks; afterwards it does not', async () => {
  const { shown, router } = await panel()
  let arrive: (response: Response) => void = () => undefined
  answer = (path) => (path.includes('pieces') ? new Promise((resolve) => (arrive = resolve)) : ready(path))
  await send(shown, new File(['0123'], '台账.xlsx'))
  const leaving = new Event('beforeunload', { cancelable: true })
  window.dispatchEvent(leaving)
  expect(leaving.defaultPrevented).toBe(true)
  await router.push('/desk')
  await flushPromises()
  expect(router.currentRoute.value.path).toBe('/')
  expect(shown.find('[role=alertdialog]').text()).toContain('现在离开就要重新上传')
  arrive(new Response(null, { status: 204 }))
  await flushPromises()
  const later = new Event('beforeunload', { cancelable: true })
  window.dispatchEvent(later)
  expect(later.defaultPrevented).toBe(false)
})
