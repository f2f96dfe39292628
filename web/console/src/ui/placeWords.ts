/** The names of codes as this place has them: the build knows those that all places share. */
import { api, ask, BACKGROUND, type Portals } from '@/api/client'
import { nameAs } from '@/words/text'

export async function learnWords(): Promise<void> {
  const answer = await ask<Portals['Codes']>(api.portal.GET('/codes', { headers: BACKGROUND }))
  if (answer.ok) nameAs(answer.data)
}
