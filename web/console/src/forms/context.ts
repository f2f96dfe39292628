/** What a form tells its fields, however deep they are. */
import type { InjectionKey, Ref } from 'vue'
import type { Faults } from './faults'

export const FAULTS: InjectionKey<Ref<Faults>> = Symbol('faults')
/** The day of the act, on which units must exist and people be in office; and the case. */
export interface Setting {
  day: string | null
  caseId: string
  /** Those who stand in the case: proposers to pick from. */
  proposers: { id: string; name: string }[]
  names: Record<string, string>
  /** The kind of the case, where there is one. */
  kind?: string
}
export const SETTING: InjectionKey<Ref<Setting>> = Symbol('setting')
