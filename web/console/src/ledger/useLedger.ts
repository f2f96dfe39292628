/** The address is the ledger: its query is read, asked, and written; the list follows. */
import { computed, ref, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { Result } from '@/api/problem'
import { useAnswer } from '@/ui/useAnswer'
import { FILTERS, fromQuery, toQuery, type Filter, type Wanted } from './filter'
import { readPage, type Worklist } from './worklist'

const OWN = new Set<string>([...FILTERS, 'sort', 'limit', 'page', 'after'])

type Read = (wanted: Wanted) => Promise<Result<Worklist>>

/** `preset`: the part of the filter that the page is about, and that nobody can clear. `read`: the list that is shown. */
export function useLedger(preset: () => Filter, read: Read = readPage) {
  const route = useRoute()
  const router = useRouter()
  const path = route.path
  const { data, problem, busy, load } = useAnswer(read)
  const wanted = computed<Wanted>(() => {
    const said = fromQuery(route.query)
    return { ...said, filter: { ...said.filter, ...preset() } }
  })
  /** Cursors of the pages that were walked through, by page number. */
  const cursors = ref<string[]>([''])

  const own = (filter: Filter): Filter =>
    Object.fromEntries(Object.entries(filter).filter(([name]) => !(name in preset())))
  function go(next: Wanted, replace = false): void {
    const others = Object.entries(route.query).filter(([name]) => !OWN.has(name))
    const query = { ...Object.fromEntries(others), ...toQuery({ ...next, filter: own(next.filter) }) }
    void (replace ? router.replace({ query }) : router.push({ query }))
  }
  const filterBy = (filter: Filter) => go({ ...wanted.value, filter, page: 1, after: '' })
  const sortBy = (sort: string) => go({ ...wanted.value, sort, page: 1, after: '' })
  const resize = (limit: number) => go({ ...wanted.value, limit, page: 1, after: '' })
  function turn(by: 1 | -1): void {
    const page = by > 0 ? wanted.value.page + 1 : wanted.value.page - 1
    const known = cursors.value[page - 1]
    const after = by > 0 ? (data.value?.next ?? '') : (known ?? '')
    cursors.value[wanted.value.page - 1] = wanted.value.after
    go({ ...wanted.value, page: after ? page : 1, after })
  }
  const reload = () => load(wanted.value)
  /** The list has become shorter than the pages before this one: nothing is here, and the way leads back. */
  const isBehind = computed(() => !!wanted.value.after && !!data.value && !data.value.items.length)

  watch(
    () => JSON.stringify(wanted.value),
    () => {
      if (route.path === path) void reload()
    },
    { immediate: true },
  )
  return { wanted, data, problem, busy, filterBy, sortBy, resize, turn, reload, isBehind }
}
