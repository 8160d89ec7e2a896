/** One thread's part in a trouble with gates. */
export interface GateStack {
  readonly thread: string
  /** The gate it holds, and the one it wants. */
  readonly holds: string
  readonly waitsFor: string
  /** Its call stack as `bundle symbol`, innermost first. */
  readonly frames: readonly string[]
}

/**
 * What the kernel noticed about gates of work loops: threads that take the same gates in opposite orders, or
 * that wait for each other for ever. A Mac would say nothing, or hang.
 */
export interface GateDiagnostic {
  readonly kind: 'gateOrder' | 'deadlock'
  readonly timeNs: number
  readonly summary: string
  readonly stacks: readonly GateStack[]
}
