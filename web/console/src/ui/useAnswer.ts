/** What a call answered, with its state; a later call overtakes an earlier one. */
import { ref, shallowRef } from 'vue'
import type { Problem, Result } from '@/api/problem'

export function useAnswer<T, A extends unknown[]>(call: (...args: A) => Promise<Result<T>>) {
  const data = shallowRef<T | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const busy = ref(false)
  let newest = 0

  async function load(...args: A): Promise<void> {
    const mine = (newest += 1)
    busy.value = true
    const result = await call(...args)
    if (mine !== newest) return
    busy.value = false
    problem.value = result.ok ? null : result.problem
    if (result.ok) data.value = result.data
  }
  return { data, problem, busy, load }
}
