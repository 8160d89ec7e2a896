/** An EXC_RESOURCE taken apart: which limit, and how far it was exceeded. */
export interface ResourceLimit {
  readonly type: number
  readonly typeName: string
  readonly flavor: number
  readonly flavorName: string | null
  readonly sentence: string
}

interface ResourceType {
  readonly name: string
  readonly flavors: readonly string[]
  readonly sentence: (code: bigint, subcode: bigint) => string
}

const field = (value: bigint, shift: number,
  mask: number): number => Number(value >> BigInt(shift) & BigInt(mask))

const types: Record<number, ResourceType> = {
  1: {
    name: 'RESOURCE_TYPE_CPU', flavors: ['FLAVOR_CPU_MONITOR', 'FLAVOR_CPU_MONITOR_FATAL'],
    sentence: (code,
      subcode) => `${field(subcode, 0, 0x7f)} % of processor time over ${field(code, 7, 0x1ff_ffff)} s; `
      + `the limit is ${field(code, 0, 0x7f)} %.`,
  },
  2: {
    name: 'RESOURCE_TYPE_WAKEUPS', flavors: ['FLAVOR_WAKEUPS_MONITOR'],
    sentence: (code,
      subcode) => `${field(subcode, 0, 0xf_ffff)} wakeups per second over ${field(code, 20, 0xf_ffff)} s; `
      + `the limit is ${field(code, 0, 0xfff)}.`,
  },
  3: {
    name: 'RESOURCE_TYPE_MEMORY', flavors: ['FLAVOR_HIGH_WATERMARK', 'FLAVOR_DIAG_MEMLIMIT'],
    sentence: (code) => `More memory than the limit of ${field(code, 0, 0x1fff)} MB.`,
  },
  4: {
    name: 'RESOURCE_TYPE_IO', flavors: ['FLAVOR_IO_PHYSICAL_WRITES', 'FLAVOR_IO_LOGICAL_WRITES'],
    sentence: (code,
      subcode) => `${field(subcode, 0, 0x7fff)} MB written over ${field(code, 15, 0x1_ffff)} s; `
      + `the limit is ${field(code, 0, 0x7fff)} MB.`,
  },
  5: {
    name: 'RESOURCE_TYPE_THREADS', flavors: ['FLAVOR_THREADS_HIGH_WATERMARK'],
    sentence: (code) => `More threads than the limit of ${field(code, 0, 0x7fff)}.`,
  },
  6: {
    name: 'RESOURCE_TYPE_PORTS', flavors: ['FLAVOR_PORT_SPACE_FULL'],
    sentence: (code) => `All ${field(code, 0, 0xff_ffff)} Mach ports that it may have are in use.`,
  },
}

/** Takes the codes of an EXC_RESOURCE apart; null when the type is none that the kernel has. */
export function decodeResource(code: bigint, subcode: bigint): ResourceLimit | null {
  const type = field(code, 61, 7)
  const row = types[type]
  if (row === undefined) return null
  const flavor = field(code, 58, 7)
  return {
    type, typeName: row.name, flavor, flavorName: row.flavors[flavor - 1] ?? null,
      sentence: row.sentence(code, subcode),
  }
}
