/** What a made Mach-O file is to hold. */
export interface MachOPlan {
  readonly is64?: boolean
  readonly isLittle?: boolean
  readonly cpuType?: number
  readonly cpuSubtype?: number
  readonly fileType?: number
  readonly uuid: string
  readonly segments: readonly { readonly name: string; readonly address: bigint; readonly size: bigint }[]
  readonly symbols: readonly { readonly name: string; readonly address: bigint }[]
  readonly functionStarts?: readonly number[]
  /** Members of a kernel collection, placed behind it. */
  readonly members?: readonly { readonly name: string; readonly plan: MachOPlan }[]
}

/** Bytes that grow, in one byte order. */
class Writer {
  readonly bytes: number[] = []
  private readonly isLittle: boolean

  constructor(isLittle: boolean) {
    this.isLittle = isLittle
  }

  u32(value: number): this {
    const bytes = [value, value >>> 8, value >>> 16, value >>> 24].map((byte) => byte & 0xff)
    this.bytes.push(...this.isLittle ? bytes : bytes.toReversed())
    return this
  }

  u64(value: bigint): this {
    const [low, high] = [Number(value & 0xffff_ffffn), Number(value >> 32n & 0xffff_ffffn)]
    return this.isLittle ? this.u32(low).u32(high) : this.u32(high).u32(low)
  }

  word(value: bigint, is64: boolean): this {
    return is64 ? this.u64(value) : this.u32(Number(value & 0xffff_ffffn))
  }

  text(value: string, length: number): this {
    this.bytes.push(...Array.from({ length }, (_, index) => value.charCodeAt(index) || 0))
    return this
  }

  raw(bytes: readonly number[]): this {
    for (const byte of bytes) this.bytes.push(byte)
    return this
  }
}

const uuidBytes = (uuid: string): number[] =>
  (uuid.replaceAll('-', '').match(/../gu) ?? []).map((digits) => Number.parseInt(digits, 16))

function uleb(value: number): number[] {
  const bytes: number[] = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    bytes.push(rest % 128 | (rest >= 128 ? 0x80 : 0))
    if (rest < 128) return bytes
  }
}

/** A Mach-O file with one architecture; `origin` is where it stands in its file. */
export function buildMachO(plan: MachOPlan, origin = 0): Uint8Array {
  const { is64 = true, isLittle = true, members = [], functionStarts = [] } = plan
  const strings = ['', ...plan.symbols.map(({ name }) => name)]
  const nameOffsets: number[] = []
  strings.reduce((at, name) => {
    nameOffsets.push(at)
    return at + name.length + 1
  }, 0)
  const starts = functionStarts.flatMap((start, index) => uleb(start - (functionStarts[index - 1] ?? 0)))
  const segmentSize = is64 ? 72 : 56
  const memberSize = (name: string): number => Math.ceil((32 + name.length + 1) / 8) * 8
  const headerSize = is64 ? 32 : 28
  const commandsSize = segmentSize * plan.segments.length + 24 + 24 + (starts.length > 0 ? 16 : 0)
    + members.reduce((sum, { name }) => sum + memberSize(name), 0)
  const symbolsAt = origin + headerSize + commandsSize
  const stringsAt = symbolsAt + plan.symbols.length * (is64 ? 16 : 12)
  const stringsSize = strings.reduce((sum, name) => sum + name.length + 1, 0)
  const startsAt = stringsAt + stringsSize
  const writer = new Writer(isLittle)
  writer.u32(is64 ? 0xfeedfacf : 0xfeedface).u32(plan.cpuType ?? 0x0100000c).u32(plan.cpuSubtype ?? 0)
    .u32(plan.fileType ?? 2).u32(plan.segments.length + 2 + (starts.length > 0 ? 1 : 0) + members.length)
    .u32(commandsSize).u32(0)
  if (is64) writer.u32(0)
  for (const { name, address, size } of plan.segments) {
    writer.u32(is64 ? 0x19 : 1).u32(segmentSize).text(name, 16).word(address, is64).word(size, is64)
      .word(0n, is64).word(0n, is64).u32(5).u32(5).u32(0).u32(0)
  }
  writer.u32(0x1b).u32(24).raw(uuidBytes(plan.uuid))
  writer.u32(2).u32(24).u32(symbolsAt).u32(plan.symbols.length).u32(stringsAt).u32(stringsSize)
  if (starts.length > 0) writer.u32(0x26).u32(16).u32(startsAt).u32(starts.length)
  const built: Uint8Array[] = []
  let at = startsAt + starts.length
  for (const { name, plan: member } of members) {
    const bytes = buildMachO(member, at)
    writer.u32(0x80000035).u32(memberSize(name)).u64(0n).u64(BigInt(at)).u32(32).u32(0).text(name,
      memberSize(name) - 32)
    built.push(bytes)
    at += bytes.length
  }
  for (const [index, { address }] of plan.symbols.entries()) {
    writer.u32(nameOffsets[index + 1]!).raw([0x0f, 1, 0, 0]).word(address, is64)
  }
  for (const name of strings) writer.text(name, name.length + 1)
  writer.raw(starts)
  for (const bytes of built) writer.raw([...bytes])
  return Uint8Array.from(writer.bytes)
}

/** Several architectures in one file. */
export function buildFat(slices: readonly Uint8Array[]): Uint8Array {
  const writer = new Writer(false).u32(0xcafebabe).u32(slices.length)
  let at = 8 + 20 * slices.length
  for (const slice of slices) {
    writer.u32(0).u32(0).u32(at).u32(slice.length).u32(0)
    at += slice.length
  }
  for (const slice of slices) writer.raw([...slice])
  return Uint8Array.from(writer.bytes)
}
