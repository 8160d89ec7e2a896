import type { FamilyDefinition, PartDefinition } from './defineFamily.ts'

/** Every device family the workbench knows: one line each, in order of dependence. */
export const families: readonly FamilyDefinition[] = []

/** All parts of all families. */
export const parts: readonly PartDefinition[] = families.flatMap((family) => family.parts)

/** A part by its name, or null. */
export function findPart(name: string): PartDefinition | null {
  return parts.find((part) => part.part === name) ?? null
}

export * from './defineFamily.ts'
