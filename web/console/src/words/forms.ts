/** Titles and help of forms stand in the API in Chinese; here is their English. */
import ENGLISH from './forms.en.json'
import { language } from './text'
import zh from './zh'

const english: Partial<Record<string, string>> = ENGLISH
/** Returns the words in the language of the page; those that nobody has translated as they are. */
export const formWords = (chinese: string): string => (language.value === 'zh' ? chinese : (english[chinese] ?? chinese))
/** Tells whether the help of a field names cases in which it is needed. */
export const saysDuty = (chinese: string): boolean => chinese.includes(zh.forms.needed)
