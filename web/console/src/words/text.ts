/** Texts of the console in the chosen language, and the names of codes. */
import { computed, ref, shallowRef, watchEffect } from 'vue'
import en from './en'
import { SPECIAL, WORDS, type Group } from './words.gen'
import zh from './zh'

export type Text = typeof zh
export type Language = 'zh' | 'en'
const TEXTS: Record<Language, Text> = { zh, en }
const KEPT_UNDER = 'duban.language'

export const language = ref<Language>(localStorage.getItem(KEPT_UNDER) === 'en' ? 'en' : 'zh')
export const t = computed(() => TEXTS[language.value])

watchEffect(() => {
  localStorage.setItem(KEPT_UNDER, language.value)
  document.documentElement.lang = language.value === 'zh' ? 'zh-CN' : 'en'
})

export const isGroup = (group: string): group is Group => group in WORDS

type Pair = readonly [string, string]
type Names = Record<string, Record<string, { zh: string; en: string }>>
/** Names of the place, which go before those of the build. */
const place = shallowRef<Names>({})
export const nameAs = (names: Names): void => void (place.value = names)

/** Looks first for the name that a kind of case has of its own (受理 of a petition, 立案 of a proposal). */
function pairOf(group: Group, code: string, kind: string | undefined): Pair | undefined {
  const own = SPECIAL.find((each) => kind && !each.agency && each.kinds?.includes(kind) && each.words[group]?.[code])
  const names: Record<string, Pair> = WORDS[group]
  const here = place.value[group]?.[code]
  return own?.words[group]?.[code] ?? (here ? [here.zh, here.en] : names[code])
}

/** Returns the name of a code; a code that the dictionary does not know is its own name. */
export function word(group: Group, code: string | null | undefined, kind?: string): string {
  if (code === null || code === undefined) return ''
  const pair = pairOf(group, code, kind)
  return pair ? pair[language.value === 'zh' ? 0 : 1] : code
}

/** Names a code of a group that may be younger than this build. */
export const wordIn = (group: string, code: string, otherwise: string): string => (isGroup(group) ? word(group, code) : otherwise)

/** Returns the codes of a group with their names, in the order of labels.yaml; what only the place knows comes last. */
export function choicesOf(group: string): { value: string; label: string }[] {
  if (!isGroup(group)) return []
  return Object.keys({ ...WORDS[group], ...place.value[group] }).map((value) => ({ value, label: word(group, value) }))
}
