/** How many cases have news that this person has not seen. Asked again after every mark and change of page, and by no timer: a page that nobody touches must not keep its session alive. */
import { onMounted, ref } from 'vue'
import { read, type Portals } from '@/api/client'

export const unread = ref(0)

export async function countNews(): Promise<void> {
  const answer = await read<Portals['Tally']>('/portal/v1/tally?unseen=true')
  if (answer.ok) unread.value = answer.data.total
}

/** Counts when the caller's page comes up; `wanted` tells whether the person has a ledger at all. */
export function useNews(wanted: () => boolean): void {
  onMounted(() => {
    unread.value = 0
    if (wanted()) void countNews()
  })
}
