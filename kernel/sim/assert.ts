/** A broken promise of our own code. Never a simulated fault: the host stops and offers seed and journal. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError'
}

/** Stops the simulation when our own code is wrong. Operating errors are returned, simulated faults are panics. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message)
}

/** Narrows away null and undefined where our own code guarantees a value. */
export function present<T>(value: T | null | undefined, message: string): T {
  if (value === null || value === undefined) throw new AssertionError(message)
  return value
}
