import { OSDictionary, OSNumber, OSString } from '../../libkern/index.ts'
import { kIODefaultMatchCategoryKey } from '../../abi/index.ts'
import { CompiledTable, type MatchOutcome } from './CompiledTable.ts'
import {
  gIOClassKey, gIOMatchCategoryKey, gIOModuleIdentifierKernelKey, gIOModuleIdentifierKey, gIONameMatchedKey,
  gIOProbeScoreKey, gIOUserServerNameKey,
} from './keys.ts'

function textOf(table: OSDictionary, key: Parameters<OSDictionary['getObject']>[0]): string | null {
  const value = table.getObject(key)
  return value instanceof OSString ? value.getCStringNoCopy() : null
}

/**
 * A number that equal tables share, whatever the order of their keys; different ones rarely. It saves comparing each
 * new personality with all known ones.
 */
export function signatureOf(table: OSDictionary): number {
  let sum = table.getCount()
  for (const [key, value] of table.entries()) {
    let hash = hashText(0x811c9dc5, key.getCStringNoCopy())
    if (value instanceof OSString) hash = hashText(hash, value.getCStringNoCopy())
    else if (value instanceof OSNumber) hash = Math.imul(hash ^ value.lowWord(), 0x01000193)
    sum = (sum + hash) | 0
  }
  return sum
}

function hashText(seed: number, text: string): number {
  let hash = seed
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash
}

/** One entry of the catalogue: a driver personality and what is asked of it again and again. */
export class Personality {
  readonly compiled: CompiledTable
  readonly score: number
  readonly providerClass: string
  readonly className: string | null
  readonly category: string
  /** CFBundleIdentifier: the bundle that brought the personality. */
  readonly bundleIdentifier: string | null
  /** CFBundleIdentifierKernel: the bundle of the code, what `isModuleLoaded` asks for. */
  readonly kernelModuleIdentifier: string | null
  readonly isUserServer: boolean
  readonly signature: number

  /** Holds a reference to `table`, which must not change any more. */
  constructor(readonly table: OSDictionary) {
    table.retain()
    this.compiled = new CompiledTable(table)
    this.score = this.compiled.score
    this.providerClass = this.compiled.providerClass ?? ''
    this.className = textOf(table, gIOClassKey)
    this.category = textOf(table, gIOMatchCategoryKey) ?? kIODefaultMatchCategoryKey
    this.kernelModuleIdentifier = textOf(table, gIOModuleIdentifierKernelKey)
    this.bundleIdentifier = textOf(table, gIOModuleIdentifierKey)
    this.signature = signatureOf(table)
    this.isUserServer = table.getObject(gIOUserServerNameKey) !== null
  }

  release(): void {
    this.table.release()
  }

  /** The copy a driver is initialised with: what matching found out is written into it. One reference. */
  copyTable(outcome: MatchOutcome): OSDictionary {
    const copy = OSDictionary.withDictionary(this.table)
    const { nameMatched } = outcome
    if (typeof nameMatched === 'string') copy.adopt(gIONameMatchedKey, OSString.withCString(nameMatched))
    else if (nameMatched !== null) copy.setObject(gIONameMatchedKey, nameMatched)
    if (outcome.familyAsked) copy.adopt(gIOProbeScoreKey, OSNumber.withNumber(outcome.value >>> 0, 32))
    return copy
  }
}
