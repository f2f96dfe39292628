import { afterEach, expect, test } from 'vitest'
import en from '@/words/en'
import { choicesOf, language, word } from '@/words/text'

afterEach(() => void (language.value = 'zh'))

test('a code that the dictionary does not know is shown as itself', () => {
  expect(word('light', 'ultraviolet')).toBe('ultraviolet')
  expect(word('light', null)).toBe('')
})

test('a kind of case may have a name of its own for a state', () => {
  expect(word('status', 'accepted')).toBe('已立案')
  expect(word('status', 'accepted', 'petition')).toBe('已受理')
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
