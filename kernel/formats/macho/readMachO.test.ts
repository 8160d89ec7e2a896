// Mach-O files of every word size and byte order give their UUID, segments and symbols; damaged ones say so.
import { describe, expect, it } from 'vitest'
import { buildFat, buildMachO, type MachOPlan } from '../../../test/support/buildMachO.ts'
import { Random } from '../../sim/index.ts'
import { machOUuids, readMachO } from './readMachO.ts'
import { looksLikeNmList, readNmList } from './readNmList.ts'

const UUID = 'A1A2A3A4-0000-3000-8000-0000000000A1'
const plan: MachOPlan = {
  uuid: UUID,
  segments: [
    { name: '__PAGEZERO', address: 0n, size: 0x100000000n }, { name: '__TEXT', address: 0x100000000n, size: 0x4000n },
    { name: '__DATA', address: 0x100004000n, size: 0x4000n },
  ],
  symbols: [
    { name: '_tide', address: 0x100002000n }, { name: '_main', address: 0x100001000n }, { name: '_table', address: 0x100004000n },
  ],
}

describe('readMachO', () => {
  it.each([
    ['64 bits', plan, 'arm64'],
    ['arm64e', { ...plan, cpuSubtype: 2 }, 'arm64e'],
    ['32 bits, big endian', {
      ...plan, is64: false, isLittle: false, cpuType: 18, segments: [{ name: '__TEXT', address: 0x1000n, size: 0x4000n }],
      symbols: [{ name: '_main', address: 0x2000n }],
    }, 'ppc'],
  ])('reads %s', (_, made, arch) => {
    const { images: [image], problems } = readMachO(buildMachO(made))
    expect(problems).toEqual([])
    expect(image).toMatchObject({ arch, uuid: UUID, fileType: 'execute', symbols: { count: made.symbols.length } })
    const main = made.symbols.find(({ name }) => name === '_main')!.address
    expect(image!.symbols.at(main)).toEqual({ name: '_main', offset: 0 })
    expect(image!.symbols.at(main + 0x20n)).toEqual({ name: '_main', offset: 0x20 })
    expect(image!.symbols.at(main - 1n)).toBeNull()
  })

  it('does not let a symbol reach beyond its segment or into a nameless function', () => {
    const { images: [image] } = readMachO(buildMachO({ ...plan, functionStarts: [0x1000, 0x1800, 0x2000] }))
    expect(image!.symbols.at(0x1000017ffn)).toEqual({ name: '_main', offset: 0x7ff })
    expect(image!.symbols.at(0x100001800n)).toBeNull()
    expect(image!.symbols.at(0x100002010n)).toEqual({ name: '_tide', offset: 0x10 })
    expect(image!.symbols.at(0x100008000n)).toBeNull()
  })

  it('reads every architecture of a fat file and tells its UUIDs from the heads alone', () => {
    const other = 'B1A2A3A4-0000-3000-8000-0000000000B2'
    const fat = buildFat([buildMachO({ ...plan, cpuType: 0x01000007, uuid: other }), buildMachO(plan)])
    expect(readMachO(fat).images.map(({ arch, uuid }) => [arch, uuid])).toEqual([['x86_64', other], ['arm64', UUID]])
    expect(machOUuids((offset, length) => fat.subarray(offset, offset + length))).toEqual([other, UUID])
  })

  it('finds the members of a kernel collection', () => {
    const member: MachOPlan = {
      ...plan, uuid: 'C1A2A3A4-0000-3000-8000-0000000000C3', fileType: 11,
      segments: [{ name: '__TEXT_EXEC', address: 0xfffffe0007100000n, size: 0x4000n }],
      symbols: [{ name: '__ZN5Buoy5startEP9IOService', address: 0xfffffe0007100100n }],
    }
    const { images: [image], problems } = readMachO(buildMachO({
      ...plan, fileType: 12, symbols: [], segments: [{ name: '__TEXT', address: 0xfffffe0007004000n, size: 0x1000n }],
      members: [{ name: 'org.example.driver.Buoy', plan: member }],
    }))
    expect(problems).toEqual([])
    expect(image!.members).toMatchObject([{ name: 'org.example.driver.Buoy', image: { uuid: member.uuid, fileType: 'kext-bundle' } }])
    expect(image!.members[0]!.image.symbols.at(0xfffffe0007100104n)?.offset).toBe(4)
  })

  it('tells what is missing of a file that was cut off', () => {
    const whole = buildMachO(plan)
    expect(readMachO(whole.subarray(0, 100)).problems[0]).toContain('Load command 0 lies outside')
    expect(readMachO(whole.subarray(0, whole.length - 60)).problems[0]).toMatch(/Only \d of 3 symbols/u)
    expect(readMachO(new TextEncoder().encode('hello')).problems).toEqual(['This is no Mach-O file.'])
  })

  it('takes any bytes without a throw or endless work', () => {
    const random = new Random(3)
    const sources = [buildMachO(plan), buildMachO({ ...plan, functionStarts: [16, 32] }), buildFat([buildMachO(plan)])]
    for (let round = 0; round < 3_000; round++) {
      const bytes = sources[random.below(sources.length)]!.slice()
      for (let count = random.below(12); count > 0; count--) bytes[random.below(bytes.length)] = random.below(256)
      const { images } = readMachO(bytes.subarray(0, random.below(bytes.length + 1)))
      for (const { symbols } of images) symbols.at(0x100001000n)
    }
  })
})

describe('readNmList', () => {
  it('reads addresses and names, and the header that tells where the image begins', () => {
    const text = '0000000100000000 T __mh_execute_header\n0000000100003f50 T _main\n                 U _printf\n0000000100004000 (__DATA) x\n'
    expect(looksLikeNmList(text)).toBe(true)
    const { symbols, header, lowest } = readNmList(text)
    expect([symbols.count, header, lowest]).toEqual([2, 0x100000000n, 0x100000000n])
    expect(symbols.at(0x100003f54n)).toEqual({ name: '_main', offset: 4 })
  })

  it('is not taken in by other texts', () => {
    expect(looksLikeNmList('Process: A [1]\nVersion: 2\n')).toBe(false)
  })
})
