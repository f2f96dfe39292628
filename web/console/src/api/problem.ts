/** Answers of the services: a result, or a problem with its rule, sentence and fields. */
import { t } from '@/words/text'
import type { components } from './openapi/portal.gen'

export type Problem = components['schemas']['Problem']
export type Result<T> =
  | { ok: true; data: T; etag: string | null }
  | { ok: false; problem: Problem }

interface Answer<T> {
  data?: T
  error?: unknown
  response: Response
}

const isProblem = (given: unknown): given is Problem =>
  typeof given === 'object' && given !== null && 'rule' in given && 'detail' in given

/** Makes the problem of an answer that carries none: a proxy's page, or nothing at all. */
export function bare(status: number): Problem {
  const detail = status >= 500 || status === 0 ? t.value.problem.unreachable : t.value.problem.refused
  const rule = status === 0 ? 'unreachable' : `http-${status}`
  return { type: 'about:blank', title: t.value.problem.title, status, rule, detail }
}

/** Returns what a call of openapi-fetch answered; never throws. */
export async function ask<T>(call: Promise<Answer<T>>): Promise<Result<T>> {
  try {
    const { data, error, response } = await call
    if (response.ok) return { ok: true, data: data as T, etag: response.headers.get('ETag') }
    return { ok: false, problem: isProblem(error) ? error : bare(response.status) }
  } catch {
    return { ok: false, problem: bare(0) }
  }
}

/** Tells whether a problem means that a service does not answer, so that trying again is sensible. */
export const isSilence = (problem: Problem): boolean => problem.status === 0 || problem.status >= 500

/** Tells whether somebody else changed the case since it was read. */
export const isConflict = (problem: Problem): boolean => problem.status === 412 || problem.rule === 'stale'
