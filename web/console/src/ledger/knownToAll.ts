/** The codes of a batch: those that all its cases know by their policy rows. */
import type { Known } from '@/forms/fields'
import { rowOf, type Scope } from '@/forms/rules'

const distinct = (scopes: Scope[]): Scope[] => [...new Map(scopes.map((scope) => [JSON.stringify(scope), scope])).values()]

/** Returns the codes that all of several cases know; where they have none in common, what any of them knows. */
export async function knownToAll(scopes: Scope[]): Promise<Known> {
  const rows = (await Promise.all(distinct(scopes).map(rowOf))).map((row): Known => row?.choices ?? {})
  const groups = new Set(rows.flatMap((row) => Object.keys(row)))
  const known: Known = {}
  for (const group of groups) {
    const held = rows.map((row) => row[group])
    if (held.some((codes) => !codes)) continue
    const any = [...new Set(held.flatMap((codes) => codes ?? []))]
    const shared = any.filter((code) => held.every((codes) => codes?.includes(code)))
    known[group] = shared.length ? shared : any
  }
  return known
}
