/** The periods of this installation, read once: a year or a session by which cases are numbered. */
import { rulesIn, type Rules } from '../rules'

export type Period = Rules['periods'][number]

/** Returns the latest first; null, and asked again next time, when the service does not answer. */
export async function periods(): Promise<Period[] | null> {
  const rules = await rulesIn({})
  return rules && [...rules.periods].reverse()
}
