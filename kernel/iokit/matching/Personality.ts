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

/** One entry of the catalogue: a driver personality and what is asked of it again and again. */
export class Personality {
  readonly compiled: CompiledTable
  readonly score: number
  readonly providerClass: string
  readonly className: string | null
  readonly category: string
  /** CFBundleIdentifierKernel, or else CFBundleIdentifier. */
  readonly moduleIdentifier: string | null
  /** CFBundleIdentifierKernel alone: what `isModuleLoaded` asks for. */
  readonly kernelModuleIdentifier: string | null
  readonly isUserServer: boolean
  /** Taken out of the catalogue: passes under way leave it alone. */
  isRemoved = false

  /** Holds a reference to `table`, which must not change any more. */
  constructor(readonly table: OSDictionary) {
    table.retain()
    this.compiled = new CompiledTable(table)
    this.score = this.compiled.score
    this.providerClass = this.compiled.providerClass ?? ''
    this.className = textOf(table, gIOClassKey)
    this.category = textOf(table, gIOMatchCategoryKey) ?? kIODefaultMatchCategoryKey
    this.kernelModuleIdentifier = textOf(table, gIOModuleIdentifierKernelKey)
    this.moduleIdentifier = this.kernelModuleIdentifier ?? textOf(table, gIOModuleIdentifierKey)
    this.isUserServer = table.getObject(gIOUserServerNameKey) !== null
  }

  release(): void {
    this.table.release()
  }

  /** The copy a driver is initialised with: what matching found out is written into it. One reference. */
  copyTable(outcome: MatchOutcome): OSDictionary {
    const copy = OSDictionary.withDictionary(this.table)
    if (outcome.nameMatched !== null) copy.setObject(gIONameMatchedKey, outcome.nameMatched)
    if (outcome.familyAsked) copy.adopt(gIOProbeScoreKey, OSNumber.withNumber(outcome.value >>> 0, 32))
    return copy
  }
}
