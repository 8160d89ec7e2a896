import type { PartDefinition } from './defineFamily.ts'
import { nvmeParts } from './IONVMeFamily/parts.ts'
import { pciParts } from './IOPCIFamily/parts.ts'

/** All parts of all families. */
export const parts: readonly PartDefinition[] = [...pciParts, ...nvmeParts]

/** A part by its name, or null. */
export function findPart(name: string): PartDefinition | null {
  return parts.find((part) => part.part === name) ?? null
}

export * from './defineFamily.ts'
