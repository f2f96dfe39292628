/** A paper that is merged into the case has proposers, who get its reply: they can be picked, and are named. */
import { afterEach, expect, test, vi } from 'vitest'
import { standingIn } from '@/case/standing'

const said = (body: object, status = 200) => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })
const VIEWS: Record<string, object> = {
  c1: { attachments: [], members: [{ case_id: 'c2' }, { case_id: 'c3' }], proposers: [{ id: 'p-1', name: 'one' }] },
  c2: { attachments: [], members: [], proposers: [{ id: 'p-1', name: 'one' }, { id: 'p-2', name: 'two' }] },
}
afterEach(() => vi.unstubAllGlobals())

test('who brought a merged paper stands in its master, each once; a paper that is not shown leaves out its own', async () => {
  vi.stubGlobal('fetch', async (request: Request) => {
    const id = request.url.match(/cases\/(c\d)/)?.[1] ?? ''
    return VIEWS[id] ? said(VIEWS[id]) : said({ rule: 'unknown', detail: '' }, 404)
  })
  expect((await standingIn('c1')).proposers).toEqual([{ id: 'p-1', name: 'one' }, { id: 'p-2', name: 'two' }])
})
