/** Columns and views: kept by the portal, and never over what another window kept. */
import { beforeEach, expect, test, vi } from 'vitest'
import { dropView, preferences, readPreferences, saveView } from '@/ledger/preferences'

interface Kept {
  version: number
  columns: string[]
  views: { name: string; query: string }[]
}
let kept: Kept
const puts: { match: string | null; body: Omit<Kept, 'version'> }[] = []

/** The portal, as its own tests describe it. */
async function portal(request: Request): Promise<Response> {
  const say = (body: unknown, status = 200) => Promise.resolve(new Response(JSON.stringify(body), { status }))
  if (request.method === 'GET') return say(kept)
  const match = request.headers.get('If-Match')
  const body = (await request.json()) as Omit<Kept, 'version'>
  puts.push({ match, body })
  if (match !== `"${kept.version}"`) return say({ rule: 'stale', detail: '内容已经更新', status: 412 }, 412)
  kept = { ...body, version: kept.version + 1 }
  return say(kept)
}

beforeEach(async () => {
  kept = { version: 3, columns: ['label', 'due'], views: [{ name: '甲', query: 'kind=proposal' }] }
  puts.length = 0
  vi.stubGlobal('fetch', portal)
  await readPreferences()
})

test('a view is added to those kept, on the version that was read', async () => {
  await saveView({ name: '乙', query: 'light=red' })
  expect(puts.map(({ match }) => match)).toEqual(['"3"'])
  expect(kept.views.map(({ name }) => name)).toEqual(['甲', '乙'])
  expect(kept.columns).toEqual(['label', 'due'])
})

test('what another window kept meanwhile stays, and so does mine', async () => {
  kept = { version: 4, columns: ['title'], views: [{ name: '丙', query: '' }] }
  await saveView({ name: '乙', query: 'light=red' })
  expect(puts.map(({ match }) => match)).toEqual(['"3"', '"4"'])
  expect(kept.views.map(({ name }) => name)).toEqual(['丙', '乙'])
  expect(kept.columns).toEqual(['label', 'title'])
  expect(preferences.views).toEqual(kept.views)
})

test('two changes at once are kept one after the other', async () => {
  await Promise.all([saveView({ name: '乙', query: 'light=red' }), dropView('甲')])
  expect(kept.views.map(({ name }) => name)).toEqual(['乙'])
  expect(preferences.isKept).toBe(true)
})

test('a portal that does not answer is told, and the page keeps what was chosen', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('away')))
  await saveView({ name: '乙', query: 'light=red' })
  expect(preferences.isKept).toBe(false)
  expect(preferences.views.map(({ name }) => name)).toEqual(['甲', '乙'])
})

test('a list without the number, which leads to its case, gets it back', async () => {
  kept = { ...kept, columns: ['due', 'kind'] }
  await readPreferences()
  expect(preferences.columns).toEqual(['label', 'due', 'kind'])
})
