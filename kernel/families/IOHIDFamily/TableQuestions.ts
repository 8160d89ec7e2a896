import { recordProperty, type IOService } from '../../iokit/index.ts'
import type { OSDictionary } from '../../libkern/index.ts'

/** What a comparison found: points earned, or null for a disagreement. */
export type Points = number | null

/** Asks a nub about the keys of one dictionary and remembers whether all of them agreed. */
export class TableQuestions {
  allAgree = true

  constructor(readonly service: IOService, readonly table: OSDictionary) {}

  /** Compares one property. A key that the dictionary lacks agrees, without points. */
  points(key: string, worth: number): number {
    const wanted = this.table.getObject(key)
    if (wanted === null) return 0
    return this.note(key, wanted.isEqualTo(this.service.getProperty(key)) ? worth : null)
  }

  /** Takes the outcome of another comparison, filed under its main key. */
  note(key: string, points: Points): number {
    if (this.table.getObject(key) !== null || points === null) {
      recordProperty(this.service, this.table, key, points !== null)
    }
    if (points === null) this.allAgree = false
    return points ?? 0
  }

  /** The nub must have the property, whatever its value, when the dictionary has the key. */
  presence(key: string): void {
    if (this.table.getObject(key) === null) return
    this.note(key, this.service.getProperty(key) === null ? null : 0)
  }
}
