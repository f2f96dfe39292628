/** Files on their way: each with its progress, or the reason why it failed, until it is sent again or taken off. A failed one stays while the person works elsewhere in the console. */
import { computed, reactive, ref } from 'vue'
import { newId } from '@/api/pieces'
import type { Problem } from '@/api/problem'
import { session } from '@/api/session'
import { send, type Upload } from './imports'

export interface Sending {
  person: string
  upload: Upload
  problem: Problem | null
  busy: boolean
}
const all = ref<Sending[]>([])

export function useUpload(done: (id: string) => void) {
  const person = session.me?.sub ?? ''
  all.value = all.value.filter((each) => each.person === person)
  const busy = computed(() => all.value.some((each) => each.busy))

  async function go(one: Sending): Promise<void> {
    if (busy.value) return
    Object.assign(one, { busy: true, problem: null })
    const problem = await send(one.upload, (pieces) => (one.upload.sent = pieces))
    Object.assign(one, { busy: false, problem })
    if (problem) return
    drop(one)
    done(one.upload.id)
  }
  function begin(file: File, agency: string): Promise<void> {
    const one = reactive<Sending>({ person, upload: { id: newId(), file, agency, sent: 0, pieces: 1 }, problem: null, busy: false })
    all.value.push(one)
    return go(one)
  }
  function drop(one: Sending): void {
    all.value = all.value.filter((each) => each.upload.id !== one.upload.id)
  }
  return { uploads: all, busy, begin, again: go, drop }
}
