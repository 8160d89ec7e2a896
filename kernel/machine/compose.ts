import type { PartDescription, Problem } from '../api/index.ts'

/** Every kind of part a machine may contain: what the palette shows. */
export function listParts(): PartDescription[] {
  return []
}

/** All faults of a machine file; empty when it can be powered on. Builds nothing. */
export function validateMachine(description: unknown): Problem[] {
  void description
  return []
}
