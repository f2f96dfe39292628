/** The periods of this installation, read once: a year or a session by which cases are numbered. */
import { api, ask } from '@/api/client'
import type { components } from '@/api/openapi/reminder.gen'

type Rules = components['schemas']['RulesShown']
export type Period = Rules['periods'][number]
let known: Promise<Period[] | null> | undefined

async function read(): Promise<Period[] | null> {
  const answer = await ask<Rules>(api.reminder.GET('/rules', { params: { query: {} } }))
  return answer.ok ? [...answer.data.periods].reverse() : null
}

/** Returns the latest first; null, and asked again next time, when the service does not answer. */
export async function periods(): Promise<Period[] | null> {
  known ??= read()
  const found = await known
  if (!found) known = undefined
  return found
}
