/** Presses of an impatient hand: the second press of a double one belongs to what took the first, and a link is followed once. */
import { onBeforeUnmount, onMounted } from 'vue'
import { isEnter } from './keys'

/** Within it a second press of the same link, by mouse or Enter, is the same wish. */
const SAME_WISH_MS = 1000
const CONTROL = 'button, a[href], label, input, select, textarea, summary, [role=option], [role=tab]'
/** A label stands for its field. */
function controlOf(event: Event): Element | null {
  const found = event.target instanceof Element ? event.target.closest(CONTROL) : null
  return found instanceof HTMLLabelElement ? (found.control ?? found) : found
}

export function useCalmPresses(): void {
  let first: Element | null = null
  let followed: { link: Element; at: number } | null = null

  const hold = (event: Event): void => {
    event.preventDefault()
    event.stopImmediatePropagation()
  }
  function isFollowed(link: Element, at: number): boolean {
    const same = followed?.link === link && at - followed.at < SAME_WISH_MS
    if (!same) followed = { link, at }
    return same
  }
  /** What the first press opened or moved may lie under the hand by now. */
  function onClick(event: MouseEvent): void {
    const here = controlOf(event)
    if (event.detail > 1 && here !== first) return hold(event)
    if (event.detail <= 1) first = here
    if (here?.matches('a[href]') && isFollowed(here, event.timeStamp)) hold(event)
  }
  /** A key that is held down presses once. */
  function onKey(event: KeyboardEvent): void {
    if (event.repeat && isEnter(event) && controlOf(event)?.matches('button, a[href]')) hold(event)
  }
  onMounted(() => {
    document.addEventListener('click', onClick, true)
    document.addEventListener('keydown', onKey, true)
  })
  onBeforeUnmount(() => {
    document.removeEventListener('click', onClick, true)
    document.removeEventListener('keydown', onKey, true)
  })
}
