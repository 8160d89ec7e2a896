/** The rows of the benchmark, one file each. */
import type { Row } from '../Row.ts'

/** Every row, loaded when it is run; suites name rows by id. */
export const rows: Record<string, () => Promise<Row>> = {
  E1: async () => (await import('./e1.ts')).e1,
  E3: async () => (await import('./e3.ts')).e3,
  E6: async () => (await import('./e6.ts')).e6,
  P1: async () => (await import('./plist.ts')).p1,
  P1b: async () => (await import('./plist.ts')).p1b,
  P1l: async () => (await import('./plist.ts')).p1l,
  P1j: async () => (await import('./plist.ts')).p1j,
  P2: async () => (await import('./plist.ts')).p2,
  P2p: async () => (await import('./plist.ts')).p2p,
  P3: async () => (await import('./plist.ts')).p3,
  P4: async () => (await import('./plist.ts')).p4,
  R1: async () => (await import('./r1.ts')).r1,
  R5: async () => (await import('./r5.ts')).r5,
  S1: async () => (await import('./s1.ts')).s1,
  S1c: async () => (await import('./s1.ts')).s1c,
  START: async () => (await import('./start.ts')).startRow,
  T1: async () => (await import('./t1.ts')).t1,
  T1s: async () => (await import('./t1.ts')).t1s,
  U1: async () => (await import('./u1.ts')).u1,
  U2: async () => (await import('./u2.ts')).u2,
}

export const suites: Record<string, readonly string[]> = {
  quick: ['E1', 'E3', 'E6', 'R1', 'R5', 'S1', 'T1', 'U1'],
  events: ['E1', 'E3', 'E6'],
  registry: ['R1', 'R5'],
  plist: ['P1', 'P1b', 'P1l', 'P1j', 'P2', 'P2p', 'P3', 'P4'],
  compose: ['S1', 'S1c'],
  text: ['T1', 'T1s'],
  ui: ['U1', 'U2', 'START'],
}
