/** Tells that a list has changed meanwhile; it moves nothing by itself. */
import { onBeforeUnmount, onMounted, ref, type Ref } from 'vue'
import type { Wanted } from './filter'
import { glance, type Worklist } from './worklist'

const EVERY_MS = 60_000
const markOf = (list: Worklist | null) => new Map(list?.items.map((line) => [line.case_id, `${line.updated_at}${line.light}`]))

export function useFreshness(shown: Ref<Worklist | null>, wanted: Ref<Wanted>) {
  const changed = ref(0)
  let timer: ReturnType<typeof setInterval> | undefined

  async function look(): Promise<void> {
    const before = shown.value
    if (document.hidden || !before) return
    const answer = await glance(wanted.value)
    if (!answer.ok || shown.value !== before) return
    const known = markOf(before)
    changed.value = [...markOf(answer.data)].filter(([id, mark]) => known.get(id) !== mark).length
  }
  onMounted(() => (timer = setInterval(() => void look(), EVERY_MS)))
  onBeforeUnmount(() => clearInterval(timer))
  return { changed, look }
}
