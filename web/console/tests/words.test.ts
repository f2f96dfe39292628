import { afterEach, expect, test } from 'vitest'
import en from '@/words/en'
import { COMMANDS } from '@/forms/commands'
import type { Schema } from '@/forms/fields'
import ENGLISH from '@/words/forms.en.json'
import { formWords } from '@/words/forms'
import { choicesOf, language, nameAs, word } from '@/words/text'

afterEach(() => void (language.value = 'zh'))

test('a code that the dictionary does not know is shown as itself', () => {
  expect(word('light', 'ultraviolet')).toBe('ultraviolet')
  expect(word('light', null)).toBe('')
})

test('a kind of case may have a name of its own for a state', () => {
  expect(word('status', 'accepted')).toBe('已立案')
  expect(word('status', 'accepted', 'petition')).toBe('已受理')
})

test('a place has names of its own, and codes that only it knows', () => {
  nameAs({ part: { co: { zh: '协办', en: 'Assistant' } }, subject: { tea: { zh: '茶业', en: 'Tea' } } })
  expect([word('part', 'co'), word('part', 'lead'), word('subject', 'tea')]).toEqual(['协办', '主办', '茶业'])
  expect(choicesOf('part').map(({ label }) => label)).toEqual(expect.arrayContaining(['主办', '协办']))
  expect(choicesOf('subject').at(-1)).toEqual({ value: 'tea', label: '茶业' })
  nameAs({})
})

test('codes follow the language', () => {
  language.value = 'en'
  expect(word('light', 'red')).toBe('Overdue')
  expect(choicesOf('part').map((each) => each.label)).toEqual(['Lead', 'Co-handler', 'Separate part'])
})

test('the English texts have no Chinese in them, except the name of the other language', () => {
  const sentences = (node: unknown): string[] => {
    if (typeof node === 'function') return [String((node as (...args: unknown[]) => string)('a', 'b', 'c'))]
    return typeof node === 'string' ? [node] : Object.values(node as object).flatMap(sentences)
  }
  const { other, ...rest } = en
  expect(other).toBe('中文')
  expect(sentences(rest).filter((text) => /[\u4e00-\u9fff]/.test(text))).toEqual([])
})

const CHINESE = /[\u4e00-\u9fff]/
/** What a form says of itself: titles, help and worded answers. */
const saidBy = (schema: Schema): string[] => [
  schema.title ?? '', schema['x-help'] ?? '', ...(schema['x-words'] ?? []),
  ...Object.values(schema.properties ?? {}).flatMap(saidBy), ...(schema.items ? saidBy(schema.items) : []),
]
const inForms = new Set(COMMANDS.flatMap(({ help, schema }) => [help ?? '', ...saidBy(schema)]).filter((text) => CHINESE.test(text)))

test('every title, help and answer of a form has its English, and no other stands there', () => {
  expect([...inForms].filter((text) => !(text in ENGLISH))).toEqual([])
  expect(Object.keys(ENGLISH).filter((text) => !inForms.has(text))).toEqual([])
})

test('the English of forms has no Chinese but an example that is typed in Chinese', () => {
  expect(Object.values(ENGLISH).filter((text) => CHINESE.test(text))).toEqual(['e.g. 十五届四次'])
  language.value = 'en'
  expect(formWords('承办单位')).toBe('Unit')
  expect(formWords('没有译文')).toBe('没有译文')
})
