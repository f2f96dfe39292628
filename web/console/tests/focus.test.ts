/** The focus stays where the person is, or goes to where the page begins. */
import { mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { defineComponent, h, nextTick, ref } from 'vue'
import SteadyButton from '@/ui/SteadyButton.vue'
import { useKeptFocus } from '@/ui/useKeptFocus'

const stubs = { 'el-button': { template: '<button><slot /></button>' } }
beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test.each([{ busy: true }, { off: true }])('a button that cannot be pressed keeps the focus and does nothing: %o', async (props) => {
  const pressed = vi.fn()
  const button = mount(SteadyButton, { props, attrs: { onClick: pressed }, global: { stubs }, attachTo: document.body })
  const element = button.find('button').element
  element.focus()
  await button.find('button').trigger('click')
  expect(pressed).not.toHaveBeenCalled()
  expect([element.disabled, element.getAttribute('aria-disabled')]).toEqual([false, 'true'])
  expect(document.activeElement).toBe(element)
  button.unmount()
})

test('a button that can be pressed is heard once', async () => {
  const pressed = vi.fn()
  await mount(SteadyButton, { attrs: { onClick: pressed }, global: { stubs } }).find('button').trigger('click')
  expect(pressed).toHaveBeenCalledTimes(1)
})

test('a button works until its act has its answer, and takes no other press meanwhile', async () => {
  let answer = (): void => undefined
  const act = vi.fn(() => new Promise<void>((resolve) => (answer = resolve)))
  const button = mount(SteadyButton, { props: { act }, global: { stubs } }).find('button')
  for (let press = 0; press < 3; press += 1) await button.trigger('click')
  expect(act).toHaveBeenCalledTimes(1)
  expect(button.attributes('aria-busy')).toBe('true')
  answer()
  await vi.waitFor(() => expect(button.attributes('aria-busy')).toBe('false'))
  await button.trigger('click')
  expect(act).toHaveBeenCalledTimes(2)
})

const shown = ref(true)
const Host = defineComponent({
  setup() {
    const place = ref<HTMLElement>()
    useKeptFocus(() => place.value)
    return () => h('main', { ref: place, tabindex: -1 }, [shown.value ? h('button', 'first') : null, h('input')])
  },
})

async function removed(by: () => void): Promise<void> {
  by()
  await nextTick()
  await vi.advanceTimersByTimeAsync(10)
}

test('when what has the focus is taken off the page, the focus goes to its beginning', async () => {
  const page = mount(Host, { attachTo: document.body })
  page.find('button').element.focus()
  await removed(() => (shown.value = false))
  expect(document.activeElement).toBe(page.find('main').element)
  shown.value = true
  page.unmount()
})

test('whoever has moved on keeps the place', async () => {
  const page = mount(Host, { attachTo: document.body })
  page.find('button').element.focus()
  await removed(() => {
    shown.value = false
    page.find('input').element.focus()
  })
  expect(document.activeElement).toBe(page.find('input').element)
  page.unmount()
})
