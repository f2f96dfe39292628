/** Streams of a case, and whether a person or the system recorded something on them. */
export const isOfSystem = (actor: string | null | undefined): boolean => !actor || actor.startsWith('system:')

/** The stream of a service: reminder's is named after its clocks. */
const STREAMS: Record<string, string> = { reminder: 'clocks' }
export const streamOf = (service: string, caseId: string): string => `${STREAMS[service] ?? service}-${caseId}`
