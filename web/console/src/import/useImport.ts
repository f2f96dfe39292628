/** One import, followed while it is at work: also after a reload, and in a second window. */
import { onBeforeUnmount, shallowRef, watch, type Ref } from 'vue'
import type { Problem } from '@/api/problem'
import { isAtWork, readImport, readPreview, type Import, type Preview } from './imports'

export const PAUSE_MS = 1000
const WITH_PREVIEW = ['ready', 'registering', 'done', 'cancelled']

export function useImport(id: Ref<string>) {
  const one = shallowRef<Import | null>(null)
  const preview = shallowRef<Preview | null>(null)
  const problem = shallowRef<Problem | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined
  let shownFor = ''

  /** The preview changes with the state alone; each look at it is noted by the service. */
  async function look(now: Import): Promise<void> {
    const wanted = WITH_PREVIEW.includes(now.state) ? `${now.id} ${now.state === 'registering' ? 'ready' : now.state} ${now.faulty}` : ''
    if (wanted === shownFor) return
    const answer = wanted ? await readPreview(now.id) : null
    if (now.id !== id.value) return
    shownFor = wanted
    preview.value = answer?.ok ? answer.data : null
    if (answer && !answer.ok) problem.value = answer.problem
  }

  function take(now: Import): void {
    one.value = now
    problem.value = null
    clearTimeout(timer)
    if (isAtWork(now)) timer = setTimeout(() => void load(), PAUSE_MS)
    void look(now)
  }

  async function load(): Promise<void> {
    const asked = id.value
    const answer = await readImport(asked)
    if (asked !== id.value) return
    if (answer.ok) return take(answer.data)
    problem.value = answer.problem
  }

  watch(id, (next) => {
    clearTimeout(timer)
    one.value = preview.value = problem.value = null
    shownFor = ''
    if (next) void load()
  }, { immediate: true })
  onBeforeUnmount(() => clearTimeout(timer))
  return { one, preview, problem, load, take }
}
