/** Magic numbers as they stand in a file read with its own byte order. */
export const MH_MAGIC = 0xfeedface
export const MH_MAGIC_64 = 0xfeedfacf
export const FAT_MAGIC = 0xcafebabe
export const FAT_MAGIC_64 = 0xcafebabf

export const LC_SEGMENT = 0x1
export const LC_SYMTAB = 0x2
export const LC_SEGMENT_64 = 0x19
export const LC_UUID = 0x1b
export const LC_FUNCTION_STARTS = 0x26
export const LC_FILESET_ENTRY = 0x80000035

/** Bits of a symbol's type. */
export const N_STAB = 0xe0
export const N_TYPE = 0x0e
export const N_SECT = 0x0e
/** Debugger entry of a function. */
export const N_FUN = 0x24

const FILE_TYPES = [
  'unknown', 'object', 'execute', 'fvmlib', 'core', 'preload', 'dylib', 'dylinker', 'bundle', 'dylib-stub',
  'dsym',
  'kext-bundle', 'fileset',
]

/** Name of a file type. */
export function fileTypeName(value: number): string {
  return FILE_TYPES[value] ?? 'unknown'
}

const ABI64 = 0x01000000
const ABI64_32 = 0x02000000
const MASK = 0x00ffffff

/** Name of a processor type and subtype, as `lipo` and crash reports write it. */
export function archName(cpuType: number, cpuSubtype: number): string {
  const sub = cpuSubtype & MASK
  switch (cpuType) {
    case 7: return 'i386'
    case 7 | ABI64: return sub === 8 ? 'x86_64h' : 'x86_64'
    case 12: return ['arm', '', '', '', '', 'armv4t', 'armv6', 'armv5', '', 'armv7', '', 'armv7s',
      'armv7k'][sub] || 'arm'
    case 12 | ABI64: return sub === 2 ? 'arm64e' : 'arm64'
    case 12 | ABI64_32: return 'arm64_32'
    case 18: return 'ppc'
    case 18 | ABI64: return 'ppc64'
    default: return `cpu${cpuType}`
  }
}
