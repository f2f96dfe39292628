/** The announcement line: read aloud, seen, and there until it is closed or the page changes; no message is only a toast. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { nextTick } from 'vue'
import AnnouncedLine from '@/shell/AnnouncedLine.vue'
import { announce, silence } from '@/ui/announce'

const HOUR = 3_600_000
const line = () => mount(AnnouncedLine)
type Line = ReturnType<typeof line>
const live = (page: Line) => page.find('[role=status][aria-live=polite]')

beforeEach(() => {
  vi.useFakeTimers()
  silence()
})
afterEach(() => vi.useRealTimers())
async function said(): Promise<void> {
  await vi.advanceTimersByTimeAsync(1)
  await nextTick()
}

test('the region is there before the sentence, so that a screen reader hears it change', async () => {
  const page = line()
  const region = live(page).element
  expect(region.textContent).toBe('')
  announce('签收：已办理')
  await said()
  expect(live(page).element).toBe(region)
  expect(region.textContent).toBe('签收：已办理')
  expect(page.classes()).toContain('shown')
})

test('a sentence goes by no clock: it is closed, or taken away with the page', async () => {
  const page = line()
  announce('签收：已办理')
  await said()
  await vi.advanceTimersByTimeAsync(HOUR)
  expect(live(page).text()).toBe('签收：已办理')
  await page.find('button').trigger('click')
  expect(live(page).text()).toBe('')
  announce('退办：已办理')
  await said()
  silence()
  await nextTick()
  expect(page.classes()).not.toContain('shown')
})

test('the same sentence is said again, and a bad one looks otherwise', async () => {
  const page = line()
  const heard: string[] = []
  const watching = new MutationObserver(() => heard.push(live(page).text()))
  watching.observe(page.element, { childList: true, subtree: true, characterData: true })
  for (const bad of [false, true]) {
    announce('服务没有应答', bad)
    await nextTick()
    await said()
    await vi.advanceTimersByTimeAsync(1)
    expect(page.classes('bad')).toBe(bad)
  }
  watching.disconnect()
  expect(live(page).text()).toBe('服务没有应答')
  expect(heard.filter((text) => text === '').length).toBeGreaterThanOrEqual(1)
})

test('no page speaks by a toast', () => {
  const files = (folder: string): string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((each) => (each.isDirectory() ? files(join(folder, each.name)) : [join(folder, each.name)]))
  const toasts = files(join(__dirname, '..', 'src')).filter((file) => /\b(ElMessage|ElNotification|\$message|\$notify)\b/.test(readFileSync(file, 'utf8')))
  expect(toasts).toEqual([])
})
