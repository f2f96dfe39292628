/** Requests that have no answer yet. Signing out lets them end first: one that meets the ended session is an error in the browser's console, and a command just sent keeps its answer. */
const PATIENCE_MS = 3000
const requests = new Set<Promise<Response>>()
let closed = Promise.resolve()

const SAFE = ['GET', 'HEAD']
const orders = new Map<string, Promise<Response>>()

/** Tells orders apart: those that have a key, and those that say all by their address. */
function orderOf({ method, url, headers }: Request): string | null {
  const isOrder = !SAFE.includes(method) && (headers.has('Idempotency-Key') || !headers.has('Content-Type'))
  return isOrder ? [method, url, headers.get('Idempotency-Key'), headers.get('If-Match')].join(' ') : null
}

/** Sends a request. An order that is under way is not given twice: who presses again shares its answer. */
export async function send(request: Request): Promise<Response> {
  const order = orderOf(request)
  if (!order) return begun(request)
  const answer = orders.get(order) ?? begun(request).finally(() => orders.delete(order))
  orders.set(order, answer)
  return (await answer).clone()
}

/** Keeps the request in sight until it is answered. */
async function begun(request: Request): Promise<Response> {
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
