/** Differences of two texts by sentence, for versions side by side. Pure. */
export interface Piece {
  text: string
  kind: 'same' | 'gone' | 'new'
}
const sentences = (text: string): string[] => text.match(/[^\u3002\uff1b\uff01\uff1f\n]*[\u3002\uff1b\uff01\uff1f\n]?/gu)?.filter(Boolean) ?? []

/** Lengths of the longest common part behind each pair of places. */
function lengths(one: string[], other: string[]): number[][] {
  const table = Array.from({ length: one.length + 1 }, () => new Array<number>(other.length + 1).fill(0))
  for (let i = one.length - 1; i >= 0; i -= 1) {
    for (let j = other.length - 1; j >= 0; j -= 1) {
      const row = table[i] as number[]
      const below = table[i + 1] as number[]
      row[j] = one[i] === other[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0)
    }
  }
  return table
}

function kindAt(one: string[], other: string[], table: number[][], i: number, j: number): Piece['kind'] {
  if (i < one.length && one[i] === other[j]) return 'same'
  if (j >= other.length) return 'gone'
  if (i >= one.length) return 'new'
  return (table[i + 1]?.[j] ?? 0) >= (table[i]?.[j + 1] ?? 0) ? 'gone' : 'new'
}

/** Returns the pieces of both texts in order: same, only in the first, only in the second. */
export function differences(first: string, second: string): Piece[] {
  const [one, other] = [sentences(first), sentences(second)]
  const table = lengths(one, other)
  const pieces: Piece[] = []
  for (let i = 0, j = 0; i < one.length || j < other.length; ) {
    const kind = kindAt(one, other, table, i, j)
    pieces.push({ text: (kind === 'new' ? other[j] : one[i]) ?? '', kind })
    if (kind !== 'new') i += 1
    if (kind !== 'gone') j += 1
  }
  return pieces
}
