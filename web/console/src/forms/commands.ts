/** The commands of all services, as docs/openapi describes them. */
import listed from './commands.gen.json'
import { fieldOf, type Field, type Schema } from './fields'
import { language } from '@/words/text'

export interface Command {
  service: string
  path: string
  action: string | null
  zh: string
  en: string
  help: string | null
  /** Its consequences can be asked for before it is sent. */
  foresees: boolean
  body: string
  schema: Schema
}

export const COMMANDS = listed as unknown as Command[]
/** `assignment/NewAssignment`: the name under which a form of its own replaces the generated one. */
export const nameOf = (command: Command): string => `${command.service}/${command.body}`
export const titleOf = (command: Command): string => (language.value === 'zh' ? command.zh : command.en)
export const rootOf = (command: Command): Field => fieldOf(command.schema)

const patternOf = (command: Command): RegExp =>
  new RegExp(`^/${command.service}/v1${command.path.replace(/\{[^}]+\}/g, '[^/]+')}$`)

/** Returns the command that an action's address takes. */
export function commandAt(href: string): Command | undefined {
  const path = href.split('?')[0] ?? ''
  return COMMANDS.find((command) => patternOf(command).test(path))
}

/** Returns the command of an action that is blocked, and so has no address yet. */
export function commandNamed(service: string | null, action: string): Command | undefined {
  return COMMANDS.find((command) => command.action === action && (!service || command.service === service))
}

export function commandOf(service: string, body: string): Command {
  const found = COMMANDS.find((command) => command.service === service && command.body === body)
  if (!found) throw new Error(`docs/openapi has no ${service}/${body}`)
  return found
}
