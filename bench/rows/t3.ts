import { readPanic } from '../../kernel/importers/index.ts'
import { decodeLatin1 } from '../data/decodeLatin1.ts'
import { panicText } from '../data/panics.ts'
import { readByRegexes } from '../peers/panicRegexes.ts'
import { repeat, type Measurement, type Row } from '../Row.ts'

const DOCUMENTS = 400

const texts = Array.from({ length: DOCUMENTS }, (_, number) => new TextEncoder().encode(panicText(number)))
const decoder = new TextDecoder()

function measure(read: (bytes: Uint8Array) => readonly unknown[]): Measurement {
  return repeat(7, () => {
    let check = ''
    for (const bytes of texts) check = read(bytes).join('|')
    return check
  })
}

/** Bytes of a panic to a record: ours with registers, kext ranges, derived values and every line accounted for. */
export const t3: Row = {
  id: 'T3',
  title: `panic text to a record, ${DOCUMENTS} documents of 7.7 kB`,
  maxRatio: 1 / 0.75,
  ours: {
    name: 'readPanic',
    measure: () =>
      measure((bytes) => {
        const { facts } = readPanic(bytes, { decodeLatin1 })
        return [
          facts.cpu,
          facts.caller,
          facts.panickedTask?.name,
          facts.kernelVersion,
          facts.backtrace.length,
          facts.loadedKexts.length,
        ]
      }),
  },
  peer: {
    name: 'eleven bare expressions',
    measure: () =>
      measure((bytes) => {
        const { facts, frames, kexts } = readByRegexes(decoder.decode(bytes))
        return [facts.head[0], facts.head[1], facts.task[3], facts.kernel[0], frames.length, kexts.length]
      }),
  },
}
