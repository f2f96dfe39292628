import { expect, test } from 'vitest'
import { MOST_TICKED, PAPERS, paperAddress, papersOf, tickedQuery } from '@/ledger/papers'

const ids = (n: number) => Array.from({ length: n }, (_, at) => `${at}`.padStart(32, '0'))

test('an analysis is offered for a year or for ticked cases', () => {
  expect(papersOf('kind=suggestion')).toEqual(PAPERS.filter((name) => name !== 'analysis'))
  for (const query of ['period=2025', `case=${ids(1)[0]}`]) expect(papersOf(query)).toEqual([...PAPERS])
  expect(papersOf('period=2025', ['duties'])).toEqual(['duties'])
})

test('the arrangement by unit is the same paper in another order', () => {
  expect(paperAddress('by-unit', 'period=2025', 'print', 'zh')).toBe('/console/api/portal/meeting/arrangement/print?period=2025&by=unit&lang=zh')
  expect(paperAddress('duties', 'period=2025&on=2025-04-01', 'export', 'en')).toBe('/console/api/portal/meeting/duties/export?period=2025&on=2025-04-01&lang=en')
})

test('what is ticked goes by its ids, and all of a filter that are too many by the filter', () => {
  expect(tickedQuery(ids(2), 'kind=motion')).toBe(`case=${ids(2)[0]}&case=${ids(2)[1]}`)
  expect(tickedQuery(ids(256), 'kind=motion')).toBe('kind=motion')
  expect(tickedQuery(ids(MOST_TICKED + 1), null)).toBeNull()
  expect(paperAddress('arrangement', tickedQuery(ids(MOST_TICKED), null) ?? '', 'print', 'zh').length).toBeLessThan(8000)
})
