import { Random } from '../../kernel/sim/index.ts'
import { looksLikeNmList, readMachO, readNmList } from '../../kernel/formats/index.ts'
import { buildFat, buildMachO, type MachOPlan } from './buildMachO.ts'

const edges = [0, 1, 7, 8, 0x7f, 0x80, 0xfe, 0xff]

function makeSamples(): Uint8Array[] {
  const plan: MachOPlan = {
    uuid: 'A1A2A3A4-0000-3000-8000-0000000000A1',
    segments: [{ name: '__TEXT', address: 0x100000000n, size: 0x4000n }, { name: '__DATA',
      address: 0x100004000n, size: 64n }],
    symbols: [{ name: '_main', address: 0x100001000n }, { name: '__ZN4Tide4highEv', address: 0x100002000n }],
    functionStarts: [0x1000, 0x1800, 0x2000],
  }
  const collection = { ...plan, fileType: 12, members: [{ name: 'a', plan }, { name: 'b', plan }] }
  return [
    buildMachO(plan), buildMachO(collection), buildFat([buildMachO(plan), buildMachO({ ...plan,
      cpuType: 7 })]),
    buildMachO({ ...plan, is64: false, isLittle: false, segments: [{ name: '__TEXT', address: 0n,
      size: 0x9000n }] }),
    Buffer.from('0000000100000000 T __mh_execute_header\n0000000100003f50 T _main\n'),
  ]
}

/** Feeds mutated files to the readers of symbols: none may throw, hang or make more than the file holds. */
export function fuzzMachO(seed: number, steps: number): void {
  const random = new Random(seed)
  const samples = makeSamples()
  for (let step = 0; step < steps; step++) {
    const bytes = samples[random.below(samples.length)]!.slice()
    for (let count = random.below(16); count > 0; count--) {
      bytes[random.below(bytes.length)] = random.below(3) === 0 ? random.below(256)
        : edges[random.below(edges.length)]!
    }
    const input = random.below(4) === 0 ? bytes.subarray(0, random.below(bytes.length + 1)) : bytes
    try {
      const images = readMachO(input).images.flatMap((image) => [image,
        ...image.members.map((member) => member.image)])
      for (const { symbols } of images) {
        if (symbols.count > input.length / 12) throw new Error('more symbols than the file can hold')
        symbols.at(0x100001010n)
        symbols.at(0n)
        symbols.at(0xffff_ffff_ffff_ffffn)
      }
      const text = Buffer.from(input).toString('latin1')
      looksLikeNmList(text)
      readNmList(text).symbols.at(0x100003f54n)
    } catch (error) {
      const hex = Buffer.from(input).toString('hex')
      throw new Error(`seed ${seed}, step ${step}: ${String(error)}\ninput: ${hex}`, { cause: error })
    }
  }
}
