import { mount } from '@vue/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import { onEnter, pressed, switchKeys, useKeys } from '@/ui/keys'

afterEach(() => localStorage.clear())

function bound(run: () => void) {
  return mount(defineComponent({ setup: () => (useKeys({ j: run }), () => h('input')) }), { attachTo: document.body })
}
const key = (name: string, more: KeyboardEventInit = {}) => new KeyboardEvent('keydown', { key: name, ...more })

test('a key works outside fields, and not while a word is composed', () => {
  const run = vi.fn()
  const page = bound(run)
  pressed(key('j'))
  pressed(key('j', { isComposing: true }))
  pressed(key('j', { ctrlKey: true }))
  expect(run).toHaveBeenCalledTimes(1)
  page.unmount()
  pressed(key('j'))
  expect(run).toHaveBeenCalledTimes(1)
})

test('a key typed into a field stays a letter', () => {
  const run = vi.fn()
  const page = bound(run)
  page.element.addEventListener('keydown', (event: Event) => pressed(event as KeyboardEvent))
  page.element.dispatchEvent(key('j', { bubbles: true }))
  expect(run).not.toHaveBeenCalled()
  page.unmount()
})

test('single keys can be switched off', () => {
  const run = vi.fn()
  const page = bound(run)
  switchKeys(false)
  pressed(key('j'))
  expect(run).not.toHaveBeenCalled()
  page.unmount()
})

test('the Enter that ends a composition does nothing', () => {
  const run = vi.fn()
  const handler = onEnter(run)
  handler(key('Enter', { isComposing: true }))
  expect(run).not.toHaveBeenCalled()
  handler(key('Enter'))
  expect(run).toHaveBeenCalledTimes(1)
})
