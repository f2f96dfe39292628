/** The browser's session: the person, the CSRF proof, and signing in again over the page. */
import { reactive, readonly } from 'vue'
import { forget } from './causal'
import { bare, type Result } from './problem'
import { whenAnswered } from './underway'
import type { components } from './openapi/portal.gen'

export type Me = components['schemas']['Me']
export interface Person {
  sub: string
  name: string
  unit: string
  unit_name: string
  post: string
}
export interface PeopleGroup {
  role: string
  people: Person[]
}
interface Session {
  me: Me | null
  csrf: string | null
  idle_seconds: number
  ends_at: string | null
  sign_in: { kind: 'development' | 'none' }
}

const ADDRESS = '/console/session'
const state = reactive({
  me: null as Me | null,
  csrf: '',
  signIn: 'none' as Session['sign_in']['kind'],
  asked: false,
  ended: false,
})
export const session = readonly(state)

/** Tells whether some act is within this person's reach; what is possible in a case its actions say. */
export const mayAny = (acts: readonly string[] | undefined): boolean => !acts || acts.some((act) => state.me?.may?.includes(act))

let back: (() => void) | null = null
let waiting: Promise<void> | null = null

/** Takes the session; for another person the page begins anew, and what waited is never sent. */
function take(answer: Session): boolean {
  const other = !!state.me && !!answer.me && state.me.sub !== answer.me.sub
  Object.assign(state, { me: answer.me, csrf: answer.csrf ?? '', signIn: answer.sign_in.kind, asked: true })
  if (other) location.reload()
  return !other
}

async function call(method: string, body?: object, path = ''): Promise<Result<unknown>> {
  const headers: Record<string, string> = { 'X-CSRF-Token': state.csrf }
  if (body) headers['Content-Type'] = 'application/json'
  try {
    const response = await fetch(ADDRESS + path, { method, headers, body: body && JSON.stringify(body) })
    const data: unknown = response.status === 204 ? null : await response.json()
    if (response.ok) return { ok: true, data, etag: null }
    return { ok: false, problem: { ...bare(response.status), ...(data as object) } }
  } catch {
    return { ok: false, problem: bare(0) }
  }
}

/** Reads the session, once at the start. */
export async function readSession(): Promise<Result<unknown>> {
  const answer = await call('GET')
  if (answer.ok) take(answer.data as Session)
  return answer
}

/** Coming and going take one press: the next one shares its answer. */
let turning: Promise<Result<unknown>> | null = null
const once = (turn: () => Promise<Result<unknown>>) => (turning ??= turn().finally(() => (turning = null)))

/** Signs in as a person of the sample; afterwards calls that waited go on. */
export const signInAs = (person: string) => once(() => enter(person))
async function enter(person: string): Promise<Result<unknown>> {
  const answer = await call('POST', { person })
  if (!answer.ok) return answer
  if (!take(answer.data as Session)) return answer
  state.ended = false
  back?.()
  return answer
}

/** Goes to the first page; the caller waits, so that the old page asks nothing meanwhile. Who is asked about his drafts and stays may sign in again. */
async function leave(): Promise<void> {
  forget()
  state.me = null
  location.assign('/console/')
  await new Promise((resolve) => setTimeout(resolve, 3000))
}

export const signOut = () => once(() => whenAnswered(async () => {
  const answer = await call('DELETE')
  if (answer.ok || answer.problem.status === 401) await leave()
  return answer
}))

/** Returns the people who may be signed in as; only in development. */
export async function people(): Promise<Result<{ groups: PeopleGroup[] }>> {
  return (await call('GET', undefined, '/people')) as Result<{ groups: PeopleGroup[] }>
}

/** Resolves when the person has signed in again; all calls wait for the same sign-in. */
export function signedInAgain(): Promise<void> {
  state.ended = true
  waiting ??= new Promise<void>((resolve) => {
    back = () => {
      waiting = back = null
      resolve()
    }
  })
  return waiting
}
