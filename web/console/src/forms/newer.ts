/** A case as it is after a conflict: what came since the person read it, and whether anybody did it. */
import { api, ask, type Portals } from '@/api/client'
import { isOfSystem, streamOf } from '@/api/streams'

type Page = Portals['CasePage']
type Entry = Portals['Entry']

const TRIES = 6
const PAUSE_MS = 500

export interface Newer {
  page: Page
  /** What the service has recorded since. */
  entries: Entry[]
  /** The version from which the act may go on: nobody did anything, all followed by itself. */
  goesOn: number | null
}

/** Reads the case until it shows more of the service than was seen; null where it cannot be read. */
export async function newerThan(caseId: string, service: string, seen: number): Promise<Newer | null> {
  const stream = streamOf(service, caseId)
  for (let tries = TRIES; ; tries -= 1) {
    const answer = await ask<Page>(api.portal.GET('/cases/{case_id}', { params: { path: { case_id: caseId } } }))
    if (!answer.ok) return null
    if ((answer.data.versions[stream] ?? 0) > seen || tries === 1) return newer(answer.data, service, seen)
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
}

export function newer(page: Page, service: string, seen: number): Newer {
  const entries = page.timeline.filter((entry) => entry.owner === service && entry.version > seen)
  const now = page.versions[streamOf(service, page.case_id)] ?? 0
  const isShown = new Set(entries.map(({ version }) => version)).size === now - seen
  const goesOn = now > seen && isShown && entries.every(({ automatic, actor }) => automatic || isOfSystem(actor)) ? now : null
  return { page, entries, goesOn }
}
