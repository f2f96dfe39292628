/** What had the focus may be taken off the page: the focus then goes to the place where the page begins, not to nowhere. */
import { onBeforeUnmount, onMounted } from 'vue'

export function useKeptFocus(place: () => HTMLElement | undefined): void {
  let last: Element | null = null
  const note = (event: FocusEvent): void => void (last = event.target instanceof Element ? event.target : null)
  /** Later than whoever knows a better place. */
  const look = (): void => {
    if (!last || last.isConnected) return
    last = null
    setTimeout(() => document.activeElement === document.body && place()?.focus({ preventScroll: true }))
  }
  const removed = new MutationObserver(look)
  onMounted(() => {
    document.addEventListener('focusin', note)
    removed.observe(document.body, { childList: true, subtree: true })
  })
  onBeforeUnmount(() => {
    document.removeEventListener('focusin', note)
    removed.disconnect()
  })
}
