/** Sentences for screen readers and for the line under the header; no message is only a toast. */
import { ref } from 'vue'

export const announced = ref('')
export const isBad = ref(false)

let coming: ReturnType<typeof setTimeout> | undefined

/** Says a sentence; the same sentence again is said again. */
export function announce(sentence: string, bad = false): void {
  silence()
  isBad.value = bad
  coming = setTimeout(() => (announced.value = sentence))
}

/** Takes the sentence away: it was about the page before, or about the work of the person before. */
export function silence(): void {
  clearTimeout(coming)
  announced.value = ''
}
