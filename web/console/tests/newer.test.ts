/** What came while a form was open: looked at first only where somebody did it. */
import { expect, test } from 'vitest'
import type { Page } from '@/case/views'
import { newer } from '@/forms/newer'

const ID = 'c'.repeat(32)
const page = (version: number, ...entries: [number, string | null, boolean?][]): Page =>
  ({
    case_id: ID, versions: { [`intake-${ID}`]: version },
    timeline: entries.map(([at, actor, automatic = false]) => ({ owner: 'intake', version: at, actor, automatic })),
  }) as unknown as Page

test('a number after the acceptance came by itself', () => {
  expect(newer(page(3, [1, 'p-1'], [2, 'p-2'], [3, 'p-2', true]), 'intake', 2)).toMatchObject({ goesOn: 3, entries: [{ version: 3 }] })
  expect(newer(page(3, [3, 'system:intake']), 'intake', 2).goesOn).toBe(3)
})

test('what a person did, what is not shown and what is not there yet did not', () => {
  expect(newer(page(4, [3, 'system:intake'], [4, 'p-2']), 'intake', 2).goesOn).toBe(null)
  expect(newer(page(4, [4, 'system:intake']), 'intake', 2).goesOn).toBe(null)
  expect(newer(page(2, [2, 'p-2']), 'intake', 2).goesOn).toBe(null)
})
