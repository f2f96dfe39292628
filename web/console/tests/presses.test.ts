/** An impatient hand: a double press is one press, of what it hit first. */
import { mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { defineComponent } from 'vue'
import { useCalmPresses } from '@/ui/presses'

const taken: string[] = []
const Host = defineComponent({
  setup() {
    useCalmPresses()
    return { take: (what: string) => taken.push(what) }
  },
  template: `<main><button id="one" @click="take('one')"><i>1</i></button><button id="other" @click="take('other')" />
    <a id="file" href="#list" @click="take('file')">x</a><label for="tick">t</label><input id="tick" type="checkbox" @click="take('tick')" /></main>`,
})
let host: ReturnType<typeof mount>
beforeEach(() => {
  taken.length = 0
  vi.useFakeTimers()
  host = mount(Host, { attachTo: document.body })
})
afterEach(() => {
  host.unmount()
  vi.useRealTimers()
})

/** Presses for the given time of one series; returns whether the page still does what it does by itself. */
function press(place: string, detail: number, timeStamp = 0): boolean {
  const event = new MouseEvent('click', { bubbles: true, cancelable: true, detail })
  Object.defineProperty(event, 'timeStamp', { value: timeStamp })
  return host.get(place).element.dispatchEvent(event)
}

test('the second press of a double one does nothing where the first has put something else', () => {
  press('#one i', 1)
  press('#other', 2)
  press('main', 2)
  expect(taken).toEqual(['one'])
})

test('who presses the same button again and again is heard each time, and anybody who moved on', () => {
  for (const detail of [1, 2, 3]) press('#one', detail)
  press('#other', 1)
  expect(taken).toEqual(['one', 'one', 'one', 'other'])
})

test('a label and its field are one', () => {
  press('label', 1)
  press('#tick', 2)
  expect(taken.filter((each) => each === 'tick').length).toBeGreaterThan(0)
})

test('a link is followed once by two presses, and again by a later one', () => {
  expect([press('#file', 1, 1000), press('#file', 2, 1200), press('#file', 0, 1900), press('#file', 1, 3000)]).toEqual([true, false, false, true])
  expect(taken).toEqual(['file', 'file'])
})

test('a key that is held down presses a button once, and writes as many letters as it likes', () => {
  const held = (place: string) => host.get(place).element.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', repeat: true, bubbles: true, cancelable: true }))
  expect([held('#one'), held('#file'), held('#tick')]).toEqual([false, false, true])
})
