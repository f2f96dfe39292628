/** Imports of ledgers: what the service answers, and the upload of a file in pieces. */
import { api, ask, read, throughGate } from '@/api/client'
import type { components } from '@/api/openapi/intake.gen'
import { sendRest } from '@/api/pieces'
import type { Problem, Result } from '@/api/problem'

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
  const problem = await sendRest(at(id), file, length, upload.sent, (pieces) => {
    sent((upload.sent = pieces))
    return true
  })
  if (problem) return problem
  const checking = await put(id, 'check')
  return checking.ok ? null : checking.problem
}
