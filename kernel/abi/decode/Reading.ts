/** What a value may be. */
export type ReadingKind =
  | 'IOReturn' | 'kern_return' | 'mach_msg_return' | 'mig_return' | 'OSReturn' | 'errno' | 'signal'
  | 'exception' | 'IOMessage' | 'exit reason' | 'EXC_GUARD' | 'EXC_RESOURCE' | 'panic flags' | 'sleep failure'
  | 'sleep phase'
  | 'ESR' | 'FourCC' | 'bug_type' | 'unix error'

/** One way to read a value. */
export interface Reading {
  readonly kind: ReadingKind
  /** The constant's name; null where there is none. */
  readonly name: string | null
  /** What it means, in words. */
  readonly meaning: string
  /** How well it fits, 0 to 100: 90 and more only where nothing else is meant by such a value. */
  readonly fit: number
  /** Parts of it, for values that are made of parts. */
  readonly parts: readonly string[]
}

/** A value with everything that it may mean. */
export interface Decoding {
  readonly input: string
  /** The number behind the input; null where there is none or more than one. */
  readonly hex: string | null
  readonly signed32: number | null
  readonly unsigned: string | null
  /** The best first. */
  readonly readings: readonly Reading[]
}

/** A reading; without parts unless they are given. */
export function reading(
  kind: ReadingKind, name: string | null, meaning: string, rest: { fit: number; parts?: readonly string[] },
): Reading {
  return { kind, name, meaning, fit: rest.fit, parts: rest.parts ?? [] }
}
