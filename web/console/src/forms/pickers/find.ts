/** Finds units, people and regions by a part of their name, as they are on a day. */
import type { Pick } from '../fields'
import { inRegister, registerOn, type Choice } from './register'

export type { Choice }
const MOST = 10

/** A name that begins with the text stands before one that only has it. */
const rank = (label: string, text: string): number => (label.startsWith(text) ? 0 : 1)

/** Returns at most ten; null when the directory does not answer. */
export async function find(what: Pick, text: string, day: string | null): Promise<Choice[] | null> {
  if (!inRegister(what)) return []
  const register = await registerOn(day)
  if (!register) return null
  const fitting = register[what].filter((each) => each.label.includes(text))
  return fitting.sort((one, other) => rank(one.label, text) - rank(other.label, text)).slice(0, MOST)
}

/** Returns the name of what was chosen before, also when its form is opened again. */
export async function named(what: Pick, value: string, day: string | null): Promise<string | null> {
  const register = inRegister(what) ? await registerOn(day) : null
  return (register && inRegister(what) && register[what].find((each) => each.value === value)?.label) || null
}
