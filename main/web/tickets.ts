import { randomBytes, timingSafeEqual } from 'node:crypto'

/** Compares two secrets without telling by its time where they differ. */
export function sameSecret(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}

/**
 * The door of the browser shell: a 192-bit token in the first address is exchanged once for a cookie.
 * Cookies are shared by all ports of a host, so each instance has its own cookie name.
 */
export class Door {
  readonly token = randomBytes(24).toString('base64url')
  private readonly ticket = randomBytes(24).toString('base64url')
  private readonly cookieName = `workbench-${randomBytes(6).toString('hex')}`

  /** The `Set-Cookie` line for a request that brought the token, or null. */
  exchange(token: string | null): string | null {
    if (token === null || !sameSecret(token, this.token)) return null
    return `${this.cookieName}=${this.ticket}; HttpOnly; SameSite=Strict; Path=/`
  }

  /** Whether a request's Cookie header carries our ticket. */
  admits(cookieHeader: string | undefined): boolean {
    for (const part of (cookieHeader ?? '').split(';')) {
      const [name, value] = part.trim().split('=', 2)
      if (name === this.cookieName && value !== undefined && sameSecret(value, this.ticket)) return true
    }
    return false
  }
}
