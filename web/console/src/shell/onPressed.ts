/** Listens for single keys while the layout is shown. */
import { onBeforeUnmount, onMounted } from 'vue'
import { pressed } from '@/ui/keys'

export function onPressed(): void {
  onMounted(() => document.addEventListener('keydown', pressed))
  onBeforeUnmount(() => document.removeEventListener('keydown', pressed))
}
