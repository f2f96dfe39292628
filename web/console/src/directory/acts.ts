/** Acts on what the directory has registered: commands by what their address names. Pure. */
import { COMMANDS, type Command } from '@/forms/commands'
import type { Pick } from '@/forms/fields'

/** What a person picks, and the name that addresses have for it. */
export const TARGETS: { what: Pick; name: string }[] = [
  { what: 'unit', name: '{unit}' }, { what: 'official', name: '{person}' }, { what: 'client', name: '{client}' },
]
const OWN = COMMANDS.filter((command) => command.service === 'directory')
export const NEW = OWN.filter((command) => !command.path.includes('{'))
export const actsOn = (name: string): Command[] => OWN.filter((command) => command.path.includes(name))
export const hrefOf = (command: Command, target = ''): string => `/directory/v1${command.path.replace(/\{[^}]+\}/, target)}`
