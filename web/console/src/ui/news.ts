/** How many cases have news that this person has not seen. Asked again after every mark and change of page, and by no timer: a page that nobody touches must not keep its session alive. */
import { onMounted, ref } from 'vue'
import { read, type Portals } from '@/api/client'

export const unread = ref(0)
/** There are more than that. */
export const unreadIsLeast = ref(false)

export async function countNews(): Promise<void> {
  const answer = await read<Portals['Tally']>('/portal/v1/tally?unseen=true')
  if (!answer.ok) return
  unread.value = answer.data.total
  unreadIsLeast.value = answer.data.is_least
}

/** Counts when the caller's page comes up; `wanted` tells whether the person has a ledger at all. */
export function useNews(wanted: () => boolean): void {
  onMounted(() => {
    unread.value = 0
    if (wanted()) void countNews()
  })
}
