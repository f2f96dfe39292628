/** Requests that have no answer yet. Signing out lets them end first: one that meets the ended session is an error in the browser's console, and a command just sent keeps its answer. */
const PATIENCE_MS = 3000
const requests = new Set<Promise<Response>>()
let closed = Promise.resolve()

/** Sends a request, and keeps it in sight until it is answered. */
export async function send(request: Request): Promise<Response> {
  await closed
  const sent = fetch(request)
  requests.add(sent)
  return sent.finally(() => requests.delete(sent))
}

/** Lets nothing new begin while `end` runs, which starts when all is answered, or after three seconds. */
export async function whenAnswered<T>(end: () => Promise<T>): Promise<T> {
  let open = (): void => undefined
  closed = new Promise<void>((resolve) => (open = resolve))
  try {
    await Promise.race([Promise.allSettled(requests), new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))])
    return await end()
  } finally {
    open()
  }
}
