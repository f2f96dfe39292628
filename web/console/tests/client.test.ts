import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Attempt } from '@/api/attempt'
import { atLeast, forget, note } from '@/api/causal'
import { command, guarded, read, throughGate } from '@/api/client'
import { session, signInAs, signOut } from '@/api/session'

const answer = (status: number, body: object, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json', ...headers } })
const fetched = vi.fn<(request: Request | string, init?: RequestInit) => Promise<Response>>()

beforeEach(() => vi.stubGlobal('fetch', fetched))
afterEach(() => {
  vi.unstubAllGlobals()
  fetched.mockReset()
  forget()
})

test('an address of a service goes through the portal', () => {
  expect(throughGate('/assignment/v1/cases/1/assignments')).toBe('/console/api/assignment/cases/1/assignments')
})

test('one opened form has one key until its command is accepted', () => {
  const attempt = new Attempt()
  const first = attempt.current
  expect(attempt.current).toBe(first)
  attempt.done()
  expect(attempt.current).not.toBe(first)
})

test('a command tells its key and the version seen; its result is known to later reads', async () => {
  fetched.mockResolvedValue(answer(201, { stream: 'intake-c1', version: 4, command_id: 'x' }))
  const result = await command({ href: '/intake/v1/cases/c1/acceptance', body: {}, key: 'k1', seen: 3 })
  const request = fetched.mock.calls[0]?.[0] as Request
  expect(result.ok).toBe(true)
  expect(request.headers.get('Idempotency-Key')).toBe('k1')
  expect(request.headers.get('If-Match')).toBe('"3"')
  expect(atLeast('c1')).toEqual(['intake-c1@4'])
})

test('only the newest eight versions are asked for', () => {
  for (let n = 0; n < 12; n += 1) note(`intake-${n}`, n)
  expect(atLeast()).toHaveLength(8)
  expect(atLeast().at(-1)).toBe('intake-11@11')
})

test('a lost connection is a problem, not an exception', async () => {
  fetched.mockRejectedValue(new TypeError('gone'))
  const result = await command({ href: '/intake/v1/cases/c1/acceptance', body: {}, key: 'k' })
  expect(result).toMatchObject({ ok: false, problem: { status: 0, rule: 'unreachable' } })
})

test('an answer that is cut is none, and no answer without content', async () => {
  const cut = () => new ReadableStream({ start: (stream) => stream.error(new TypeError('left')) })
  fetched.mockImplementation(() => Promise.resolve(new Response(cut(), { status: 200 })))
  const silence = { ok: false, problem: { status: 0, rule: 'unreachable' } }
  expect(await read('/intake/v1/pending-acts')).toMatchObject(silence)
  expect(await command({ href: '/intake/v1/cases/c1/acceptance', body: {}, key: 'k' })).toMatchObject(silence)
})

test('a call whose session has ended waits for the sign-in, and goes on with its body', async () => {
  fetched.mockResolvedValueOnce(answer(401, { rule: 'session-ended', detail: 'ended' }))
  const sent = guarded(new Request('http://host/console/api/intake/cases', { method: 'POST', body: '{"a":1}' }))
  await vi.waitFor(() => expect(session.ended).toBe(true))
  fetched.mockResolvedValueOnce(answer(200, { me: { sub: 'p-1' }, csrf: 'new', sign_in: { kind: 'development' } }))
  fetched.mockResolvedValueOnce(answer(201, {}))
  await signInAs('p-1')
  expect((await sent).status).toBe(201)
  const repeated = fetched.mock.calls.at(-1)?.[0] as Request
  expect(await repeated.text()).toBe('{"a":1}')
  expect(repeated.headers.get('X-CSRF-Token')).toBe('new')
})

test('a read waits while the services do not yet know what this browser caused', async () => {
  fetched.mockResolvedValueOnce(answer(409, { rule: 'not-yet-known', detail: '' }, { 'Retry-After': '0.01' }))
  fetched.mockResolvedValueOnce(answer(200, {}))
  expect((await guarded(new Request('http://host/console/api/portal/worklist'))).status).toBe(200)
})

test('an order that is under way is not given twice: both presses have its answer; a later one is sent', async () => {
  let answerFirst = (_: Response): void => undefined
  fetched.mockImplementationOnce(() => new Promise((resolve) => (answerFirst = resolve)))
  fetched.mockImplementation(() => Promise.resolve(answer(200, { state: 'ready' })))
  const press = (step = 'check') => guarded(new Request(`http://host/console/api/intake/imports/1/${step}`, { method: 'PUT' }))
  const both = [press(), press()]
  await press('cancellation')
  answerFirst(answer(200, { state: 'checking' }))
  expect(await Promise.all(both.map(async (one) => (await one).json()))).toEqual([{ state: 'checking' }, { state: 'checking' }])
  expect(fetched).toHaveBeenCalledTimes(2)
  await press()
  expect(fetched).toHaveBeenCalledTimes(3)
})

test('signing out waits for what is under way and lets nothing new begin', async () => {
  vi.stubGlobal('location', { href: 'http://host/console/desk', assign: vi.fn() })
  const order: string[] = []
  let answerRead = (_: Response): void => undefined
  fetched.mockImplementation((request, init) => {
    const method = typeof request === 'string' ? init?.method : request.method
    order.push(`${method} sent`)
    if (method === 'DELETE') return Promise.resolve(new Response(null, { status: 204 }))
    return new Promise((resolve) => (answerRead = resolve))
  })
  const reading = guarded(new Request('http://host/console/api/portal/tally'))
  await vi.waitFor(() => expect(order).toEqual(['GET sent']))
  void signOut()
  void signOut() // pressed twice
  void guarded(new Request('http://host/console/api/portal/me'))
  expect(order).toEqual(['GET sent'])
  answerRead(answer(200, {}))
  expect((await reading).status).toBe(200)
  await vi.waitFor(() => expect(location.assign).toHaveBeenCalledWith('/console/'))
  expect(order).toEqual(['GET sent', 'DELETE sent'])
})
