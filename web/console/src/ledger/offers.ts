/** What may be done with the chosen cases: asked of the services, case by case. */
import { atLeast } from '@/api/causal'
import { read } from '@/api/client'
import type { Problem } from '@/api/problem'
import { commandAt, nameOf, type Command } from '@/forms/commands'
import type { Scope } from '@/forms/rules'
import type { Item } from './batch'

interface Offered {
  action: string
  service: string
  href?: string | null
  target?: string | null
}
interface Blocked {
  action: string
  service?: string
  detail: string
}
interface Page {
  kind?: string
  intake?: { agency?: string }
  channel?: string
  actions: Offered[]
  blocked?: Blocked[]
  versions: Record<string, number>
}
/** One command that may be sent to some of the cases; `not`: why not to the others. */
export interface Offer {
  command: Command
  items: Item[]
  not: { name: string; why: string }[]
}
const IN_FLIGHT = 4
type Read = { caseId: string; name: string; page: Page | null; problem: Problem | null }

async function readPage(caseId: string, name: string): Promise<Read> {
  const params = new URLSearchParams(atLeast(caseId).map((each): [string, string] => ['at_least', each]))
  const answer = await read<Page>(`/portal/v1/cases/${caseId}?${params.toString()}`)
  return { caseId, name, page: answer.ok ? answer.data : null, problem: answer.ok ? null : answer.problem }
}

async function readPages(chosen: Map<string, string>, asked: (n: number) => void): Promise<Read[]> {
  const queue = [...chosen]
  const pages: Read[] = []
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) asked(pages.push(await readPage(...next)))
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker))
  return pages
}

const scopeOf = (page: Page | null): Scope => ({ kind: page?.kind, agency: page?.intake?.agency, channel: page?.channel })

function itemsOf(read: Read): { command: Command; item: Item; action: string }[] {
  return (read.page?.actions ?? []).flatMap(({ action, href, service, target }) => {
    const command = href ? commandAt(href) : undefined
    if (!command || !href) return []
    const seen = read.page?.versions[`${service}-${read.caseId}`] ?? null
    return [{ command, action, item: { caseId: read.caseId, name: read.name, href, target: target ?? null, seen, scope: scopeOf(read.page) } }]
  })
}

/** Returns the commands that fit at least one case, those that fit most cases first; tells how many cases it has asked about. */
export async function offersFor(chosen: Map<string, string>, asked: (n: number) => void = () => undefined): Promise<Offer[]> {
  const pages = await readPages(chosen, asked)
  const offers = new Map<string, Offer & { action: string }>()
  for (const { command, item, action } of pages.flatMap(itemsOf)) {
    const key = nameOf(command)
    const offer = offers.get(key) ?? { command, action, items: [], not: [] }
    if (!offer.items.some(({ caseId }) => caseId === item.caseId)) offer.items.push(item)
    offers.set(key, offer)
  }
  for (const offer of offers.values()) {
    const left = pages.filter(({ caseId }) => !offer.items.some((item) => item.caseId === caseId))
    offer.not = left.map(({ name, page, problem }) => ({
      name, why: problem?.detail ?? page?.blocked?.find(({ action }) => action === offer.action)?.detail ?? '',
    }))
  }
  return [...offers.values()].sort((one, other) => other.items.length - one.items.length)
}
