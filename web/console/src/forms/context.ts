/** What a form tells its fields, however deep they are. */
import type { InjectionKey, Ref } from 'vue'
import type { About } from './applies'
import type { Faults } from './faults'
import type { Known } from './fields'

export const FAULTS: InjectionKey<Ref<Faults>> = Symbol('faults')
export const KNOWN: InjectionKey<Ref<Known>> = Symbol('known')
/** What stands in the case, to pick from. */
export interface Standing {
  proposers: { id: string; name: string }[]
  attachments: { id: string; name: string }[]
  pictures: { id: string; name: string }[]
}
/** The day of the act, on which units must exist and people be in office; and the case. */
export interface Setting extends Partial<Standing>, About {
  day: string | null
  caseId: string
  agency?: string
  channel?: string
  names: Record<string, string>
}
export const SETTING: InjectionKey<Ref<Setting>> = Symbol('setting')
