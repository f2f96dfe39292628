/** A file on its way in pieces: no request is larger than others, and a slow line loses one piece. */
import { t } from '@/words/text'
import { guarded, throughGate } from './client'
import { bare, type Problem } from './problem'

/** Returns an id for a new upload: 32 hexadecimal digits, as the services want them. */
export function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Reads a piece; null when the file was changed, moved or removed since it was chosen. */
const bytesOf = (piece: Blob): Promise<ArrayBuffer | null> => piece.arrayBuffer().catch(() => null)

/** Sends what is not sent yet, from piece `sent` on, and tells how many are; who answers false wants no more. Returns the problem that ended it, or null. */
export async function sendRest(href: string, file: File, length: number, sent: number, told: (pieces: number) => boolean): Promise<Problem | null> {
  for (let n = sent; n * length < file.size; n += 1) {
    const problem = await sendPiece(href, n, file, length)
    if (problem || !told(n + 1)) return problem
  }
  return null
}

/** Sends piece `n` of a file to the upload at `href`. Returns the problem, or null. */
async function sendPiece(href: string, n: number, file: File, length: number): Promise<Problem | null> {
  const body = await bytesOf(file.slice(n * length, (n + 1) * length))
  if (!body) return { ...bare(0), rule: 'file-changed', detail: t.value.imports.changed }
  try {
    const url = new URL(throughGate(`${href}/pieces/${n}`), location.href)
    const headers = { 'Content-Type': 'application/octet-stream' }
    const response = await guarded(new Request(url, { method: 'PUT', headers, body }))
    if (response.ok) return null
    const said: unknown = await response.json().catch(() => null)
    return { ...bare(response.status), ...(said as object | null) }
  } catch {
    return bare(0)
  }
}
