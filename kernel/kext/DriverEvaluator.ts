import type { Result } from '../api/index.ts'

/** A function of a driver, as backtraces name it, and the source line it begins on. */
export interface DriverSymbol {
  readonly symbol: string
  readonly line: number
}

/** What instrumented driver code calls while it runs. */
export interface DriverHooks {
  /** Enters the frame of the function with that index; answers the depth to leave to. */
  enter(index: number): number
  leave(depth: number): void
  /** Turns what JavaScript threw into what the kernel would see. */
  fault(error: unknown): unknown
  /** One loop turn. */
  step(): void
}

export interface DriverCode {
  readonly bundleIdentifier: string
  readonly path: string
  readonly source: string
  /** What each library of `OSBundleLibraries` lends to the code, by bundle identifier. */
  readonly libraries: ReadonlyMap<string, Readonly<Record<string, unknown>>>
  readonly hooks: (symbols: readonly DriverSymbol[]) => DriverHooks
}

/** Runs a driver's module code in a compartment of its own. Implemented by the host; the kernel only knows this. */
export interface DriverEvaluator {
  /** What the code exports; all faults of the source with file and line. Never throws. */
  evaluate(code: DriverCode): Result<Readonly<Record<string, unknown>>>
}
