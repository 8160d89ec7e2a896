import { kernelState } from '../sim/index.ts'
import { GrowingBytes } from './GrowingBytes.ts'
import { WrittenObjects } from './WrittenObjects.ts'

const pageSizeBytes = 4096

/** Larger ones go back to the collector. */
const largestKeptBytes = 1 << 20

/** What a serialiser writes into and what it has written. */
export class SerializerStore {
  readonly output = new GrowingBytes(pageSizeBytes)
  readonly written = new WrittenObjects()
}

/** The store that the last serialiser left, for the next one: registry reads make one per entry. */
class Spare {
  store: SerializerStore | null = null
}

const spare = kernelState(() => new Spare())

/** An empty store. */
export function takeSerializerStore(): SerializerStore {
  const kept = spare()
  const { store } = kept
  kept.store = null
  return store ?? new SerializerStore()
}

/** Empties a store, drops the references to what was written, and keeps it for the next serialiser. */
export function giveBackSerializerStore(store: SerializerStore): void {
  store.written.letGo()
  if (store.output.bytes.length > largestKeptBytes) return
  store.output.clear()
  spare().store = store
}
