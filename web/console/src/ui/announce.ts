/** Sentences for screen readers and for the line under the header; no message is only a toast. */
import { ref } from 'vue'

export const announced = ref('')
export const isBad = ref(false)

/** Says a sentence; the same sentence again is said again. */
export function announce(sentence: string, bad = false): void {
  announced.value = ''
  isBad.value = bad
  setTimeout(() => (announced.value = sentence))
}
