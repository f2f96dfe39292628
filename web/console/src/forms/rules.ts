/** The policy row of a kind and channel in force, read once: its periods, and the codes that such cases know. */
import { api, ask } from '@/api/client'
import type { components } from '@/api/openapi/reminder.gen'

export type Rules = components['schemas']['RulesShown']
/** Of a case; without a channel the row is that of a usual one. */
export interface Scope { kind?: string; agency?: string; channel?: string }
const known = new Map<string, Promise<Rules | null>>()

async function read(scope: Scope): Promise<Rules | null> {
  const answer = await ask<Rules>(api.reminder.GET('/rules', { params: { query: scope } }))
  return answer.ok ? answer.data : null
}

/** Returns null, and asks again next time, when the service does not answer. */
export async function rulesIn(scope: Scope): Promise<Rules | null> {
  const key = JSON.stringify([scope.kind, scope.agency, scope.channel])
  const asked = known.get(key) ?? read(scope)
  known.set(key, asked)
  const rules = await asked
  if (!rules) known.delete(key)
  return rules
}

/** Returns the row of a channel that the kind knows, else a usual one of the kind. */
export async function rowOf({ channel, ...scope }: Scope): Promise<Rules | null> {
  const usual = await rulesIn(scope)
  if (!usual || !channel || channel === usual.channel) return usual
  const channels = usual.choices.channel
  return !channels || channels.includes(channel) ? rulesIn({ ...scope, channel }) : usual
}
