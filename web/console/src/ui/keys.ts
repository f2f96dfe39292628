/** Single keys outside fields; never while a word is being composed, never with a modifier. */
import { onBeforeUnmount, onMounted } from 'vue'

export type Keys = Partial<Record<string, () => void>>
const KEPT_UNDER = 'duban.keys'
const FIELDS = 'input:not([type=checkbox]), textarea, select, [contenteditable], [role=combobox]'
const layers: Keys[] = []

export const keysAreOn = (): boolean => localStorage.getItem(KEPT_UNDER) !== 'off'
export const switchKeys = (on: boolean): void => localStorage.setItem(KEPT_UNDER, on ? 'on' : 'off')

const inField = (target: EventTarget | null): boolean => target instanceof Element && !!target.closest(FIELDS)
/** Dialogs that are closed may stay in the page; only one that is drawn takes the keys. */
const dialogIsOpen = (): boolean => [...document.querySelectorAll('[role=dialog][aria-modal=true]')].some((each) => each.getClientRects().length > 0)

function isPlain(event: KeyboardEvent): boolean {
  const modified = event.ctrlKey || event.metaKey || event.altKey
  return !event.isComposing && !modified && !event.defaultPrevented && !inField(event.target)
}

export function pressed(event: KeyboardEvent): void {
  if (!keysAreOn() || !isPlain(event) || dialogIsOpen()) return
  const layer = [...layers].reverse().find((keys) => keys[event.key])
  if (!layer) return
  event.preventDefault()
  layer[event.key]?.()
}

/** Binds keys while the component lives; the newest layer wins. */
export function useKeys(keys: Keys): void {
  onMounted(() => layers.push(keys))
  onBeforeUnmount(() => void layers.splice(layers.indexOf(keys), 1))
}

/** Enter, but not the Enter that ends the composition of a word. */
export const isEnter = (event: KeyboardEvent): boolean => event.key === 'Enter' && !event.isComposing

export function onEnter(run: () => void): (event: KeyboardEvent) => void {
  return (event) => {
    if (isEnter(event)) run()
  }
}
