/** One frame of a simulated call stack: names and offsets are declared, never taken from our compiler's output. */
export interface Frame {
  /** Bundle identifier of the code, `__kernel__` for the kernel itself. */
  readonly bundle: string
  /** Symbol as a report prints it, for example `IOWorkLoop::threadMain()`. */
  readonly symbol: string
  /** Byte offset into the bundle's text at which the frame stands. */
  readonly offset: number
}
