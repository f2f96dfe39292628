// @ts-expect-error a script of the build has no types
import { laterScript, laterStyles } from '../scripts/floor.mjs'
import { expect, test } from 'vitest'

test('what came after Chromium 92 is found: syntax, calls and styles', () => {
  expect(laterScript('class A { static { A.b = 1 } }')).toEqual(['static block (94)'])
  expect(laterScript('const a = Object.groupBy(b, c); d.toSorted()')).toEqual(['Object.groupBy (117)', '.toSorted (110)'])
  expect(laterScript('a = /x/v')).toHaveLength(1)
  expect(laterStyles('.a:has(.b) { color: red } @layer x;')).toEqual([':has( (105)', '@layer (99)'])
})

test('what Chromium 92 knows, asks for, or only hands on is no fault', () => {
  expect(laterScript('export default { a: b?.c ?? d.at(-1) }; class E { #f = 1 }; g.checkVisibility?.()')).toEqual([])
  expect(laterScript('const proxy = { toSorted() { return array.toSorted() } }')).toEqual([])
  expect(laterStyles('@supports (color: oklch(0 0 0)) { .a { color: oklch(0 0 0) } } .b { inset: 0 }')).toEqual([])
})
