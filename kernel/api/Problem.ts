/** One fault found in something that came from outside: what, where, seen, wanted. Lists of these never stop at the first. */
export interface Problem {
  /** File name, JSON path (`devices[3].slot`) or other place that a person can find. */
  readonly where: string
  /** One plain sentence: what is wrong and what to do. */
  readonly message: string
  readonly line?: number
  readonly column?: number
  /** The value that was found, shortened. */
  readonly seen?: string
  /** What would have been right. */
  readonly wanted?: string
}

/** A value, or everything that speaks against it. */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: Problem[] }
