/** What had the focus may be taken off the page: the focus then goes to the heading of its section, or to the place where the page
 * begins, not to nowhere. */
import { onBeforeUnmount, onMounted } from 'vue'

const headingOf = (section: Element | null): HTMLElement | null =>
  section?.isConnected ? section.querySelector<HTMLElement>('h1[tabindex], h2[tabindex], h3[tabindex]') : null

export function useKeptFocus(place: () => HTMLElement | undefined): void {
  let last: Element | null = null
  let section: Element | null = null
  const note = (event: FocusEvent): void => {
    last = event.target instanceof Element ? event.target : null
    section = last?.closest('section') ?? null
  }
  /** Later than whoever knows a better place. */
  const look = (): void => {
    if (!last || last.isConnected) return
    last = null
    const heading = headingOf(section)
    setTimeout(() => document.activeElement === document.body && (heading ?? place())?.focus({ preventScroll: true }))
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
