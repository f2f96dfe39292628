/** Imports of ledgers: what the service answers, and the upload of a file in pieces. */
import { api, ask, guarded, read, throughGate } from '@/api/client'
import type { components } from '@/api/openapi/intake.gen'
import { t } from '@/words/text'
import { bare, type Problem, type Result } from '@/api/problem'

type Schemas = components['schemas']
export type Import = Schemas['ImportView']
export type Imports = Schemas['Imports']
export type Preview = Schemas['ImportPreview']
export type Fault = Schemas['RowFault']
export type Step = 'check' | 'registration' | 'cancellation'

const at = (id: string) => `/intake/v1/imports/${id}`
export const readImports = (): Promise<Result<Imports>> => read<Imports>('/intake/v1/imports')
export const readImport = (id: string): Promise<Result<Import>> => read<Import>(at(id))
export const readPreview = (id: string): Promise<Result<Preview>> => read<Preview>(`${at(id)}/preview`)
export const copyAddress = (id: string): string => throughGate(`${at(id)}/marked-copy`)
export const templateAddress = (title: string): string => throughGate(`/intake/v1/ledgers/${encodeURIComponent(title)}/template`)

const path = (id: string) => ({ params: { path: { import_id: id } } })
/** Starts, continues or stops; asking twice does it once. */
export function put(id: string, step: Step): Promise<Result<Import>> {
  if (step === 'check') return ask(api.intake.PUT('/imports/{import_id}/check', path(id)))
  if (step === 'registration') return ask(api.intake.PUT('/imports/{import_id}/registration', path(id)))
  return ask(api.intake.PUT('/imports/{import_id}/cancellation', path(id)))
}
export const erase = (id: string): Promise<Result<unknown>> => ask(api.intake.DELETE('/imports/{import_id}', path(id)))

/** Tells whether a run goes on in the service, so that its progress is worth asking for. */
export const isAtWork = (one: Import): boolean => ['checking', 'registering'].includes(one.state) && !one.interrupted

/** Returns an id for a new import: 32 hexadecimal digits, as the service wants them. */
export function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** One file on its way. `sent` pieces are with the service; after a failure the rest is sent again. */
export interface Upload {
  id: string
  file: File
  agency: string
  sent: number
  pieces: number
}

/** Sends what is not sent yet; tells each piece. Returns the problem that ended it, or null. */
export async function send(upload: Upload, sent: (pieces: number) => void): Promise<Problem | null> {
  const { id, file, agency } = upload
  const body = { name: file.name, size: file.size, ...(agency ? { agency } : {}) }
  const begun = await ask(api.intake.PUT('/imports/{import_id}', { ...path(id), body }))
  if (!begun.ok) return begun.problem
  const length = begun.data.piece_bytes
  upload.pieces = Math.ceil(file.size / length)
  for (let n = upload.sent; n < upload.pieces; n += 1) {
    const problem = await sendPiece(id, n, file.slice(n * length, (n + 1) * length))
    if (problem) return problem
    upload.sent = n + 1
    sent(upload.sent)
  }
  const checking = await put(id, 'check')
  return checking.ok ? null : checking.problem
}

/** Reads a piece; null when the file was changed, moved or removed since it was chosen. */
const bytesOf = (piece: Blob): Promise<ArrayBuffer | null> => piece.arrayBuffer().catch(() => null)

async function sendPiece(id: string, n: number, piece: Blob): Promise<Problem | null> {
  const body = await bytesOf(piece)
  if (!body) return { ...bare(0), rule: 'file-changed', detail: t.value.imports.changed }
  try {
    const url = new URL(throughGate(`${at(id)}/pieces/${n}`), location.href)
    const headers = { 'Content-Type': 'application/octet-stream' }
    const response = await guarded(new Request(url, { method: 'PUT', headers, body }))
    if (response.ok) return null
    const said: unknown = await response.json().catch(() => null)
    return { ...bare(response.status), ...(said as object | null) }
  } catch {
    return bare(0)
  }
}
