/** The Idempotency-Key of one opened form: clicks, Enter and retries make one fact. */
export class Attempt {
  private key = ''

  get current(): string {
    this.key ||= drawn()
    return this.key
  }

  /** Begins anew, after the command was accepted. */
  done(): void {
    this.key = ''
  }
}

/** `crypto.randomUUID` needs Chrome 92; the floor is 90. */
function drawn(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
