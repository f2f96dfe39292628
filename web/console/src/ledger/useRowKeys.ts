/** `j` `k` walk along the rows, `o` opens, `x` ticks the row that has the focus. */
import { useKeys } from '@/ui/keys'

const rows = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('.ledger tbody tr[data-row]')]
const current = (): number => rows().findIndex((row) => row.contains(document.activeElement))
const linkOf = (row: HTMLElement | undefined) => row?.querySelector<HTMLElement>('a')

export function focusRow(id: string): boolean {
  const link = linkOf(rows().find((row) => row.dataset.row === id))
  link?.focus()
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
