/** Buttons of a case: what the services offer and what they block, each with its command. Pure. */
import { commandAt, commandNamed, type Command } from '@/forms/commands'
import { choicesOf } from '@/words/text'
import type { Blocked, Offered, Page } from './views'

export interface Button {
  key: string
  action: string
  service: string
  target: string
  command: Command
  href: string
  why: string
}

const offered = (each: Offered): Button[] => {
  const command = each.href ? commandAt(each.href) : undefined
  const target = each.target ?? ''
  if (!command || !each.href) return []
  return [{ key: `${each.action} ${target}`, action: each.action, service: each.service, target, command, href: each.href, why: '' }]
}
const blocked = (each: Blocked): Button[] => {
  const command = commandNamed(each.service ?? null, each.action)
  const target = each.target ?? ''
  if (!command) return []
  return [{ key: `${each.action} ${target}`, action: each.action, service: command.service, target, command, href: '', why: each.detail }]
}

/** Another unit may be found for a task at any time; it is a step that waits only where the task came back. */
const ANY_TIME = 'reassign'
/** Acts that take the step under whose name a case waits. */
const STEP_OF: Record<string, string> = { 'plan-assignment': 'assign-case' }
/** Acts that carry a case forward, those that cases wait for, come first: the later steps before the earlier ones. */
const FORWARD = choicesOf('waiting').map(({ value }) => value).filter((action) => action !== ANY_TIME).reverse()
const rank = (button: Button): number => {
  const at = FORWARD.indexOf(STEP_OF[button.action] ?? button.action)
  return at < 0 ? FORWARD.length : at
}

/** Returns the one that comes next, the others, and those that are not possible now. */
export function buttonsOf(page: Pick<Page, 'actions' | 'blocked'>): { next: Button | null; others: Button[]; blocked: Button[] } {
  const open = page.actions.flatMap(offered).sort((one, other) => rank(one) - rank(other))
  const keys = new Set(open.map((button) => button.key))
  const first = open[0]
  const next = first && rank(first) < FORWARD.length ? first : null
  const shut = (page.blocked ?? []).flatMap(blocked).filter((button) => !keys.has(button.key))
  return { next, others: open.filter((button) => button !== next), blocked: shut }
}
