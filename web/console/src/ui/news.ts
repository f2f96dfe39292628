/** How many cases have news that this person has not seen; asked again after every mark, and once a minute. */
import { onBeforeUnmount, onMounted, ref } from 'vue'
import { read, type Portals } from '@/api/client'

const EVERY_MS = 60_000
export const unread = ref(0)

export async function countNews(): Promise<void> {
  const answer = await read<Portals['Tally']>('/portal/v1/tally?unseen=true')
  if (answer.ok) unread.value = answer.data.total
}

/** Counts while the caller's page is there; `wanted` tells whether the person has a ledger at all. */
export function useNews(wanted: () => boolean): void {
  let timer: ReturnType<typeof setInterval> | undefined
  onMounted(() => {
    unread.value = 0
    if (!wanted()) return
    void countNews()
    timer = setInterval(() => document.hidden || void countNews(), EVERY_MS)
  })
  onBeforeUnmount(() => clearInterval(timer))
}
