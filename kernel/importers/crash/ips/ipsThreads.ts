import { asBigInt, asList, asNumber, asObject, asText, type LooseObject,
  type LooseJson } from '../../../formats/index.ts'
import { hexOf, type CrashDraft, type FrameDraft, type RegistersDraft,
  type ThreadDraft } from '../CrashDraft.ts'

const MAX_FRAMES = 200_000

/** Bases and names of the images, as frames ask for them. */
export interface ImageBases {
  readonly bases: readonly (bigint | null)[]
  readonly images: CrashDraft['images']
}

/** Reads stacks; all of a report together are bounded. */
export class FrameReader {
  private count = 0
  private readonly images: ImageBases

  constructor(images: ImageBases) {
    this.images = images
  }

  frames(value: LooseJson | undefined): FrameDraft[] {
    const frames: FrameDraft[] = []
    for (const item of asList(value)) {
      const frame = asObject(item)
      if (frame === null || ++this.count > MAX_FRAMES) continue
      frames.push(this.frame(frame, frames.length))
    }
    return frames
  }

  private frame(frame: LooseObject, index: number): FrameDraft {
    const imageIndex = asNumber(frame['imageIndex'])
    const offset = asBigInt(frame['imageOffset'])
    const image = imageIndex === null ? undefined : this.images.images[imageIndex]
    const base = imageIndex === null ? null : this.images.bases[imageIndex] ?? null
    const address = offset === null || base === null ? null : BigInt.asUintN(64, base + offset)
    const file = asText(frame['sourceFile'])
    const line = asNumber(frame['sourceLine'])
    const isPlaced = image !== undefined && image.base !== null && image.end !== null
    return {
      index,
      image: image?.name ?? null,
      imageIndex: image === undefined ? null : imageIndex,
      address: address === null ? null : hexOf(address),
      imageOffset: !isPlaced || offset === null ? null : Number(offset),
      symbol: asText(frame['symbol'])?.split('\n', 1)[0] ?? null,
      symbolOffset: asNumber(frame['symbolLocation']),
      source: file === null ? null : line === null ? file : `${file}:${line}`,
      isInline: frame['inline'] === true,
    }
  }
}

/** Keys of a thread state that are no registers. */
const NOT_REGISTERS = new Set(['flavor', 'x', 'rosetta'])

/** Reads the registers of a thread. */
export function ipsRegisters(value: LooseJson | undefined): RegistersDraft | null {
  const state = asObject(value)
  if (state === null) return null
  const registers: RegistersDraft = { flavor: asText(state['flavor']), values: {}, notes: {} }
  const set = (name: string, item: LooseJson | undefined): void => {
    const object = asObject(item)
    const number = asBigInt(object?.['value'])
    if (object === null || number === null) return
    registers.values[name.toLowerCase()] = hexOf(BigInt.asUintN(64, number))
    const words = asText(object['description']) ?? asText(object['symbol'])
    if (words !== null) registers.notes[name.toLowerCase()] = words
  }
  for (const [index, item] of asList(state['x']).entries()) if (index < 64) set(`x${index}`, item)
  for (const [name, item] of Object.entries(state)) {
    if (!NOT_REGISTERS.has(name) && /^[a-z]\w{0,15}$/iu.test(name)) set(name, item)
  }
  return registers
}

/** Reads the threads of a report. */
export function ipsThreads(value: LooseJson | undefined, reader: FrameReader): ThreadDraft[] {
  return asList(value).slice(0, 20_000).flatMap((item, index) => {
    const thread = asObject(item)
    if (thread === null) return []
    return [{
      index,
      id: asNumber(thread['id']),
      name: asText(thread['name']),
      queue: asText(thread['queue']),
      isTriggered: thread['triggered'] === true,
      frames: reader.frames(thread['frames']),
      registers: ipsRegisters(thread['threadState']),
    }]
  })
}
