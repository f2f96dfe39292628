/** Pages that this person may open: asked of the list that each page shows, never decided here. */
import { reactive } from 'vue'
import { session } from './session'
import { guarded, throughGate } from './client'

const known = reactive(new Map<string, boolean>())
let owner = ''

/** Asks an address once; only a refusal hides the page, silence does not. */
async function answers(href: string): Promise<boolean> {
  try {
    const response = await guarded(new Request(new URL(throughGate(href), location.href)))
    return ![403, 404].includes(response.status)
  } catch {
    return true
  }
}

export async function explore(hrefs: Iterable<string>): Promise<void> {
  const sub = session.me?.sub ?? ''
  if (owner !== sub) known.clear()
  owner = sub
  const fresh = [...new Set(hrefs)].filter((href) => !known.has(href))
  await Promise.all(fresh.map(async (href) => known.set(href, await answers(href))))
}

export const isOpen = (href: string | undefined): boolean => !href || known.get(href) === true
