/** Typed calls of the services through the portal, and commands by the address that an action names. */
import createClient from 'openapi-fetch'
import { note } from './causal'
import type { paths as Assignment } from './openapi/assignment.gen'
import type { paths as Directory } from './openapi/directory.gen'
import type { paths as Disclosure } from './openapi/disclosure.gen'
import type { paths as Feedback } from './openapi/feedback.gen'
import type { paths as Handling } from './openapi/handling.gen'
import type { paths as Intake } from './openapi/intake.gen'
import type { components, paths as Portal } from './openapi/portal.gen'
import type { components as Commands } from './openapi/intake.gen'
import type { paths as Reminder } from './openapi/reminder.gen'
import { ask, bare, type Problem, type Result } from './problem'
import { session, signedInAgain } from './session'
import { send } from './underway'
import { language } from '@/words/text'

export type Accepted = Commands['schemas']['Accepted']
export type Portals = components['schemas']
const GATE = '/console/api'
const SAFE = new Set(['GET', 'HEAD'])
const PATIENCE = 5

/** With the CSRF proof; problems are told in the language of the page. */
const proven = (request: Request): Request => {
  request.headers.set('Accept-Language', language.value === 'zh' ? 'zh-CN' : 'en')
  if (!SAFE.has(request.method)) request.headers.set('X-CSRF-Token', session.csrf)
  return request
}

async function ruleOf(response: Response): Promise<string> {
  const problem: unknown = await response.clone().json().catch(() => null)
  return (problem as Problem | null)?.rule ?? ''
}

const pause = (seconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, seconds * 1000))

/** Sends a request; waits for what is not yet known, and for a sign-in when the session has ended. */
export async function guarded(request: Request, patience = PATIENCE): Promise<Response> {
  const again = request.clone()
  const response = await send(proven(request))
  if (response.status === 401 && (await ruleOf(response)) === 'session-ended') {
    await signedInAgain()
    return guarded(again)
  }
  const early = response.status === 409 && (await ruleOf(response)) === 'not-yet-known'
  if (!early || patience === 0) return response
  await pause(Math.min(Number(response.headers.get('Retry-After')) || 1, 3))
  return guarded(again, patience - 1)
}

const client = <P extends object>(service: string) =>
  createClient<P>({ baseUrl: new URL(`${GATE}/${service}`, location.href).href, fetch: (request) => guarded(request) })

export const api = {
  assignment: client<Assignment>('assignment'),
  directory: client<Directory>('directory'),
  disclosure: client<Disclosure>('disclosure'),
  feedback: client<Feedback>('feedback'),
  handling: client<Handling>('handling'),
  intake: client<Intake>('intake'),
  portal: client<Portal>('portal'),
  reminder: client<Reminder>('reminder'),
}
export { ask }

/** `/assignment/v1/cases/…` as the portal passes it on. */
export const throughGate = (href: string): string => GATE + href.replace(/^\/([a-z]+)\/v1\//, '/$1/')

/** Of a read that no person has asked for: it keeps nobody signed in. */
export const BACKGROUND = { 'X-Background': '1' }

/** Reads an address that no OpenAPI page of this build types yet. */
export async function read<T>(href: string, headers: Record<string, string> = {}): Promise<Result<T>> {
  const request = new Request(new URL(throughGate(href), location.href), { headers })
  return ask<T>(answered(guarded(request)))
}

/** Sends a request without a body to an address with a query of its own. */
export async function sendPlain(method: string, href: string): Promise<Result<null>> {
  return ask<null>(answered(guarded(new Request(new URL(throughGate(href), location.href), { method }))))
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Rejects where the body is cut: half an answer, as of a page that is left, is none. */
async function answered<T>(sent: Promise<Response>): Promise<{ data?: T; error?: unknown; response: Response }> {
  const response = await sent
  const body = parsed(await response.text())
  return response.ok ? { data: body as T, response } : { error: body, response }
}

export interface Order {
  href: string
  method?: string
  body: unknown
  /** Idempotency-Key: one per opened form and content. */
  key: string
  /** The version of the stream that the person saw. */
  seen?: number | null
}

/** Sends a command; its new version is known to every read that follows. */
export async function command(order: Order): Promise<Result<Accepted>> {
  const headers: Record<string, string> = { 'Content-Type': 'application/json', 'Idempotency-Key': order.key }
  if (order.seen) headers['If-Match'] = `"${order.seen}"`
  const url = new URL(throughGate(order.href), location.href)
  const request = new Request(url, { method: order.method ?? 'POST', headers, body: JSON.stringify(order.body) })
  const result = await ask<Accepted>(answered(guarded(request)))
  if (result.ok && result.data?.stream) note(result.data.stream, result.data.version)
  return result
}

export { bare }
