/** One opened form of a command: its value, faults, draft, key; and what the service answers. */
import { computed, ref, shallowRef, type Ref } from 'vue'
import { Attempt } from '@/api/attempt'
import { command, type Accepted } from '@/api/client'
import { isConflict, type Problem } from '@/api/problem'
import { session } from '@/api/session'
import { t } from '@/words/text'
import { nameOf, rootOf, type Command } from './commands'
import { faultsIn, faultsOf, pathsOf, type Faults } from './faults'
import { filled, sent, type Value } from './fields'
import { useDraft } from './useDraft'

export interface Opened {
  command: Command
  href: string
  caseId: string
  target: string
  seen?: number | null
  initial?: Value
  carried?: readonly string[]
}

/** `accepted`: by 2xx. `conflict`: somebody else was faster. `faulty`: to be corrected. */
export type Outcome = { kind: 'accepted'; accepted: Accepted } | { kind: 'conflict'; problem: Problem } | { kind: 'faulty' }

export function useCommand(opened: Opened) {
  const root = rootOf(opened.command)
  const fresh = (): Value => filled(root, opened.initial)
  const blank = JSON.stringify(sent(root, fresh()))
  const place = { person: session.me?.sub ?? '', caseId: opened.caseId, command: nameOf(opened.command), target: opened.target }
  const value = ref<unknown>(fresh()) as Ref<Value>
  const faults = ref<Faults>({})
  const problem = shallowRef<Problem | null>(null)
  const busy = ref(false)
  const attempt = new Attempt()
  const isChanged = (): boolean => JSON.stringify(sent(root, value.value)) !== blank
  const draft = useDraft(place, value, isChanged)
  const carried = Object.entries(opened.initial ?? {}).filter(([name]) => opened.carried?.includes(name))
  if (draft.found) value.value = filled(root, { ...(draft.found.value as object), ...Object.fromEntries(carried) })

  /** Faults of fields that the form does not show, and a problem without a field. */
  const loose = computed(() => {
    const shown = new Set(pathsOf(root, value.value))
    return Object.entries(faults.value).filter(([path]) => !shown.has(path)).map(([, sentence]) => sentence)
  })

  function refused(told: Problem): Outcome {
    if (isConflict(told)) return { kind: 'conflict', problem: told }
    faults.value = faultsIn(told)
    const detail = told.rule === 'key-reused' ? t.value.problem.keyReused : told.detail
    problem.value = Object.keys(faults.value).length && told.errors ? null : { ...told, detail }
    return { kind: 'faulty' }
  }

  async function submit(seen = opened.seen): Promise<Outcome> {
    if (busy.value) return { kind: 'faulty' }
    problem.value = null
    faults.value = faultsOf(root, value.value)
    if (Object.keys(faults.value).length) return { kind: 'faulty' }
    draft.save()
    busy.value = true
    const order = { href: opened.href, body: sent(root, value.value), key: attempt.current, seen }
    const answer = await command(order)
    busy.value = answer.ok // what is accepted is over, and sent no second time
    if (!answer.ok) return refused(answer.problem)
    attempt.done()
    draft.drop()
    return { kind: 'accepted', accepted: answer.data }
  }

  function discard(): void {
    value.value = fresh()
    faults.value = {}
    draft.drop()
  }
  return { root, value, faults, problem, busy, loose, isChanged, draft, submit, discard }
}
