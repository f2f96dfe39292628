/** `j` `k` walk along the rows, `o` opens, `x` ticks the row that has the focus. */
import { useKeys } from '@/ui/keys'

const rows = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('.ledger tbody tr[data-row]')]
const current = (): number => rows().findIndex((row) => row.contains(document.activeElement))
const linkOf = (row: HTMLElement | undefined) => row?.querySelector<HTMLElement>('a')

const table = () => document.querySelector<HTMLElement>('.ledger')

/** How far the table and the page are scrolled. */
export const scrolled = (): [number, number] => [table()?.scrollTop ?? 0, window.scrollY]

/** Gives the row the focus, with the table scrolled as it was; without that the browser shows it. */
export function focusRow(id: string, at?: [number, number]): boolean {
  const link = linkOf(rows().find((row) => row.dataset.row === id))
  link?.focus({ preventScroll: !!at })
  if (link && at) {
    table()?.scrollTo(0, at[0])
    window.scrollTo(0, at[1])
  }
  return !!link
}

export function useRowKeys(): void {
  const move = (by: number) => () => linkOf(rows()[Math.min(Math.max(current() + by, 0), rows().length - 1)])?.focus()
  useKeys({
    j: move(1),
    k: move(-1),
    o: () => linkOf(rows()[current()])?.click(),
    x: () => rows()[current()]?.querySelector<HTMLInputElement>('input[type=checkbox]')?.click(),
  })
}
