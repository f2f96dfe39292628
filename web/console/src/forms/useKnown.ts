/** The codes that the case of a form knows by its policy row; until the row is read, and where none can be, every code. */
import { shallowRef, watch, type Ref } from 'vue'
import type { Setting } from './context'
import type { Known, Value } from './fields'
import { rowOf, type Rules, type Scope } from './rules'

/** What the form says of a case is that of the case that it makes. */
function scopeOf(value: Value, { kind, agency, channel }: Partial<Setting>): Scope {
  const typed = value as Record<string, unknown>
  const said = (name: string, otherwise?: string) => (typeof typed[name] === 'string' && typed[name] !== '' ? String(typed[name]) : otherwise)
  return { kind: said('kind', kind), agency: said('agency', agency), channel: said('channel', channel) }
}

export function useKnown(value: Ref<Value>, setting: () => Setting | undefined): Ref<Known> {
  const known = shallowRef<Known>({})
  /** Into which kinds the case may be turned, by the row of the kind that it has. */
  const kinds = (own: Rules | null): Known => (own?.becomes.length ? { kind: own.becomes } : {})

  async function look([kind, agency, channel]: (string | undefined)[]): Promise<void> {
    if (!kind) return
    const about: Partial<Setting> = setting() ?? {}
    const row = await rowOf({ kind, agency, channel })
    const own = about.kind ? await rowOf(about) : null
    const now = scopeOf(value.value, setting() ?? {})
    if (now.kind === kind && now.agency === agency && now.channel === channel) known.value = { ...row?.choices, ...kinds(own) }
  }
  watch(() => Object.values(scopeOf(value.value, setting() ?? {})) as (string | undefined)[], (scope, before) => {
    if (JSON.stringify(scope) !== JSON.stringify(before)) void look(scope)
  }, { immediate: true })
  return known
}
