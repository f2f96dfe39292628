/** The upload of a file: its progress, its failure with the reason, and the rest of it again. */
import { reactive, ref, shallowRef } from 'vue'
import type { Problem } from '@/api/problem'
import { newId, send, type Upload } from './imports'

export function useUpload(done: (id: string) => void) {
  const upload = shallowRef<Upload | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const busy = ref(false)
  const sent = ref(0)

  async function go(): Promise<void> {
    const mine = upload.value
    if (!mine || busy.value) return
    busy.value = true
    problem.value = null
    const failed = await send(mine, (pieces) => (sent.value = pieces))
    busy.value = false
    if (upload.value !== mine) return
    problem.value = failed
    if (!failed) {
      upload.value = null
      done(mine.id)
    }
  }
  function begin(file: File, agency: string): Promise<void> {
    sent.value = 0
    upload.value = reactive({ id: newId(), file, agency, sent: 0, pieces: 1 })
    return go()
  }
  function drop(): void {
    upload.value = problem.value = null
  }
  return { upload, problem, busy, sent, begin, again: go, drop }
}
