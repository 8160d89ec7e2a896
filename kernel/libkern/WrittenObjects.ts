import type { OSObject } from './OSObject.ts'

/**
 * The objects that a serialiser has written and holds, each with its number. An object carries its number
 * itself, so that nothing is hashed; the list says whether the number is of this serialiser. An object
 * that another serialiser has in hand at the same time is looked up in a map.
 */
export class WrittenObjects {
  /** In the order of their numbers; null behind `count`. */
  private readonly objects: (OSObject | null)[] = []
  private readonly places: number[] = []
  private count = 0
  private others: Map<OSObject, number> | null = null

  /** How many there are. */
  getCount(): number {
    return this.count
  }

  /** The number of the object, from 0; -1 when it has not been written. */
  numberOf(object: OSObject): number {
    const number = object.writtenAs - 1
    if (number >= 0 && this.objects[number] === object) return number
    return this.others === null ? -1 : this.others.get(object) ?? -1
  }

  /** Where the object of a number was written. */
  placeOf(number: number): number {
    return this.places[number]!
  }

  /** Gives an object that is not there yet the next number, and holds it as a collection does. */
  add(object: OSObject, place: number): void {
    const number = this.count++
    if (object.writtenAs === 0) object.writtenAs = number + 1
    else (this.others ??= new Map()).set(object, number)
    this.objects[number] = object
    this.places[number] = place
    object.collectionRetain()
  }

  /** Forgets all and drops the references. */
  letGo(): void {
    const { objects, count, others } = this
    this.count = 0
    this.others = null
    for (let i = 0; i < count; i++) {
      const object = objects[i]!
      objects[i] = null
      // A number that happens to be right may be the one that another serialiser gave.
      if (object.writtenAs === i + 1 && others?.has(object) !== true) object.writtenAs = 0
      object.collectionRelease()
    }
  }
}
