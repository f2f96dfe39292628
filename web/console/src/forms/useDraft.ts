/** Saves what is typed on every pause of at most a second, and when the page is left. */
import { onBeforeUnmount, onMounted, ref, watch, type Ref } from 'vue'
import { dropDraft, readDraft, saveDraft, type Place } from './draft'
import type { Value } from './fields'

const PAUSE_MS = 800

export function useDraft(place: Place, value: Ref<Value>, isChanged: () => boolean) {
  const found = readDraft(place)
  const savedAt = ref<string | null>(null)
  const noRoom = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  let over = false

  function save(): void {
    clearTimeout(timer)
    if (over || !isChanged()) return
    savedAt.value = saveDraft(place, value.value)
    noRoom.value = savedAt.value === null
  }
  function drop(): void {
    clearTimeout(timer)
    over = true
    savedAt.value = null
    dropDraft(place)
  }
  watch(value, () => {
    over = false
    clearTimeout(timer)
    timer = setTimeout(save, PAUSE_MS)
  }, { deep: true })
  onMounted(() => addEventListener('pagehide', save))
  onBeforeUnmount(() => {
    save()
    removeEventListener('pagehide', save)
  })
  return { found, savedAt, noRoom, save, drop }
}
