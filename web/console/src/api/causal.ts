/** Versions that this browser caused: reads ask to know at least them (`at_least`). */
const MOST = 8
const caused = new Map<string, number>()

/** Notes the version of a stream after a command. */
export function note(stream: string, version: number): void {
  const before = caused.get(stream) ?? 0
  caused.delete(stream)
  caused.set(stream, Math.max(before, version))
}

/** Returns `stream@version` of the newest commands, of one case or of all. */
export function atLeast(caseId = ''): string[] {
  const wanted = [...caused].filter(([stream]) => stream.endsWith(caseId))
  return wanted.slice(-MOST).map(([stream, version]) => `${stream}@${version}`)
}

export function forget(): void {
  caused.clear()
}
