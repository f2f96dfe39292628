/** The audit trail: its filters in the address, and the words of an entry. */
import { read, type Portals } from '@/api/client'
import type { Result } from '@/api/problem'
import { commandNamed, titleOf } from '@/forms/commands'
import { t, word } from '@/words/text'

export type Trail = Portals['NamedTrail']
export type Entry = Portals['NamedEntry']
export const FILTERS = ['kind', 'subject', 'case_id', 'from', 'to'] as const
export type Filters = Partial<Record<(typeof FILTERS)[number] | 'after', string>>
const ZONE = '+08:00'
const NOT_ALLOWED = 'not-allowed'

/** Days of the address become the moments at which they begin and end. */
export function readTrail({ from, to, ...others }: Filters): Promise<Result<Trail>> {
  const params = new URLSearchParams({ limit: '50', ...others })
  if (from) params.set('since', `${from}T00:00:00${ZONE}`)
  if (to) params.set('until', `${to}T23:59:59.999${ZONE}`)
  return read<Trail>(`/portal/v1/audit?${params.toString()}`)
}

export function actOf(action: string): string {
  const name = word('audit-act', action)
  const command = name === action ? commandNamed(null, action) : undefined
  return command ? titleOf(command) : name
}

/** `not-allowed-sign-reply` names the act that is not allowed. */
export function reasonOf(reason: string | null): string {
  if (!reason) return ''
  if (!reason.startsWith(`${NOT_ALLOWED}-`)) return word('contact-reason', reason) === reason ? word('audit-reason', reason) : word('contact-reason', reason)
  return t.value.ui.of(word('audit-reason', NOT_ALLOWED), actOf(reason.slice(NOT_ALLOWED.length + 1)))
}

/** The target of an act on the directory is a stream: `person-p-1`. */
export const idOf = (target: string): string => target.slice(target.indexOf('-') + 1)
