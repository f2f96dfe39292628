/** Going back puts the focus on the link that led away, once the page shows it again. */
import { onBeforeUnmount, onMounted } from 'vue'
import { useRouter } from 'vue-router'

const PATIENCE_MS = 5000
/** Full path of a page → address of the link by which it was left. */
const left = new Map<string, string>()

function find(main: HTMLElement, href: string): HTMLElement | undefined {
  return [...main.querySelectorAll<HTMLElement>('a[href]')].find((link) => link.getAttribute('href') === href)
}

/** Waits for the link while the person has not moved the focus. */
function focusLink(main: HTMLElement, href: string): void {
  const look = (): void => {
    const link = find(main, href)
    if (document.activeElement === main && !link) return
    observer.disconnect()
    if (document.activeElement === main) link?.focus()
  }
  const observer = new MutationObserver(look)
  observer.observe(main, { childList: true, subtree: true })
  setTimeout(() => observer.disconnect(), PATIENCE_MS)
  look()
}

export function useReturning(main: () => HTMLElement | undefined): void {
  const router = useRouter()
  const note = (event: Event): void => {
    const link = event.target instanceof Element ? event.target.closest('a[href]') : null
    if (link && main()?.contains(link)) left.set(router.currentRoute.value.fullPath, link.getAttribute('href') ?? '')
  }
  router.afterEach((to) => {
    const href = left.get(to.fullPath)
    /** The router keeps there what lies ahead: nothing, after following a link. */
    const isBack = !!(history.state as { forward?: string } | null)?.forward
    const place = main()
    if (href && isBack && place) focusLink(place, href)
  })
  onMounted(() => document.addEventListener('click', note, true))
  onBeforeUnmount(() => document.removeEventListener('click', note, true))
}
