import type { OSCollection } from './OSCollection.ts'
import { OSArray } from './OSArray.ts'
import { OSDictionary } from './OSDictionary.ts'
import type { OSObject } from './OSObject.ts'
import { OSSet } from './OSSet.ts'
import type { OSSymbol } from './OSSymbol.ts'

/** What a parser of serialised objects answers. */
export interface Unserialized {
  /** The object, with one reference to the caller; null if the input was refused. */
  readonly object: OSObject | null
  /** The kernel's own words, closing line break included; null if it says nothing. */
  readonly errorString: string | null
}

/** An answer without words. */
export const refused: Unserialized = { object: null, errorString: null }

/** Entries of the kernel parsers' state stack, the first state included; it never grows. */
const stackEntries = 200
/** Most symbols that may stand on that stack. */
export const maxStackSymbols = stackEntries - 2

/** Stops a parser; carries the kernel's words. Caught in the same file's entry point, never seen outside. */
export class ParseStop extends Error {}

/** A container that is being read, and where it stands on the parser's stack. */
export interface OpenContainer {
  readonly kind: 'dict' | 'array' | 'set'
  /** Symbols on the parser's stack up to and with the opening token. */
  readonly base: number
  readonly members: OSObject[]
  readonly keys: OSSymbol[]
  /** Keys seen, to find doubles without a scan. */
  readonly seen: Set<OSSymbol>
  readonly id: number
  pendingKey: OSSymbol | null
  /** A member or key could not be made: the kernel falls over it when the container is complete. */
  isBroken: boolean
}

/** A container that opens at the given stack height. */
export function openContainer(kind: OpenContainer['kind'], base: number, id: number): OpenContainer {
  return { kind, base, members: [], keys: [], seen: new Set(), id, pendingKey: null, isBroken: false }
}

/** Makes the object of a complete container and gives the references of its members away to it. */
export function buildContainer(open: OpenContainer): OSCollection {
  const { kind, members, keys } = open
  if (kind === 'dict') {
    const dictionary = OSDictionary.withCapacity(members.length)
    members.forEach((member, i) => {
      dictionary.adopt(keys[i]!, member)
      keys[i]!.release()
    })
    return dictionary
  }
  const made = kind === 'array' ? OSArray : OSSet
  const collection = made.withCapacity(members.length)
  for (const member of members) collection.adopt(member)
  return collection
}

/** Lets go of the parts of a container that will not be made. */
export function discardContainer(open: OpenContainer): void {
  for (const member of open.members) member.release()
  for (const key of open.keys) key.release()
  open.pendingKey?.release()
}
