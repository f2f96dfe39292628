/** Asks before the browser leaves the page while something would be lost. */
import { onBeforeUnmount, onMounted, type Ref } from 'vue'

export function useLeaving(busy: Ref<boolean>): void {
  const ask = (event: BeforeUnloadEvent): void => {
    if (busy.value) event.preventDefault()
  }
  onMounted(() => window.addEventListener('beforeunload', ask))
  onBeforeUnmount(() => window.removeEventListener('beforeunload', ask))
}
