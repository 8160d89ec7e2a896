/** Application endpoints that the firmware of each role offers, counted from the first. */
const ENDPOINTS: Readonly<Record<string, readonly number[]>> = {
  ANS2: [0, 1],
  SMC: [0],
  SIO: [0],
  PMP: [0],
  AOP: [0, 1, 2, 4, 5, 6, 7, 8],
  DCP: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 23],
  DCPEXT: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 23],
  GFX: [0, 1],
}

/** Endpoints of the coprocessor with this role; none for an unknown one. */
export function coprocessorEndpoints(role: string): readonly number[] {
  return ENDPOINTS[role] ?? []
}
