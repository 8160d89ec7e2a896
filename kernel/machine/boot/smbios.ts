import type { SmbiosFacts } from '../../families/AppleACPIPlatform/acpi.ts'

/** Where firmware puts the entry point and the structures. */
export const SMBIOS_ENTRY_ADDRESS = 0xf0000
const TABLE_ADDRESS = 0xf0020
const MIB = 1024 * 1024
const GIB = 1024 * MIB
const DIMMS = 4

/** The entry point and the structures, with the addresses they belong at (SMBIOS 2.7). */
export function buildSmbios(facts: SmbiosFacts): { address: number; bytes: Uint8Array }[] {
  const structures = [
    biosStructure(facts), systemStructure(facts), processorStructure(facts),
    ...Array.from({ length: DIMMS }, (_, index) => memoryStructure(facts, index)),
    endStructure(),
  ]
  const table = Uint8Array.from(structures.flatMap((bytes) => [...bytes]))
  return [
    { address: SMBIOS_ENTRY_ADDRESS, bytes: entryPoint(table, structures) },
    { address: TABLE_ADDRESS, bytes: table },
  ]
}

/** Clause 5.2.1; both checksums make their part sum up to zero. */
function entryPoint(table: Uint8Array, structures: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(31)
  const view = new DataView(bytes.buffer)
  bytes.set([0x5f, 0x53, 0x4d, 0x5f, 0, 31, 2, 7])
  view.setUint16(8, Math.max(...structures.map(({ length }) => length)), true)
  bytes.set([0x5f, 0x44, 0x4d, 0x49, 0x5f], 16)
  view.setUint16(22, table.length, true)
  view.setUint32(24, TABLE_ADDRESS, true)
  view.setUint16(28, structures.length, true)
  bytes[30] = 0x27
  bytes[21] = checksum(bytes.subarray(16))
  bytes[4] = checksum(bytes)
  return bytes
}

function checksum(bytes: Uint8Array): number {
  return -bytes.reduce((sum, byte) => sum + byte, 0) & 0xff
}

/** Type 0, clause 7.1. */
function biosStructure(facts: SmbiosFacts): Uint8Array {
  const body = new Uint8Array(20)
  body.set([1, 2, 0, 0, 3, 0x7f])
  return structure(0, 0, body, ['Apple Inc.', facts.biosVersion, facts.biosDate])
}

/** Type 1, clause 7.2. */
function systemStructure(facts: SmbiosFacts): Uint8Array {
  const body = new Uint8Array(23)
  body.set([1, 2, 3, 4])
  body[20] = 6
  return structure(1, 1, body, [facts.manufacturer, facts.product, '1.0', facts.serialNumber])
}

/** Type 4, clause 7.5. */
function processorStructure(facts: SmbiosFacts): Uint8Array {
  const body = new Uint8Array(38)
  const view = new DataView(body.buffer)
  body.set([1, 3, 0xb3, 2])
  body[12] = 3
  const clockMhz = Math.round(facts.clockHz / 1_000_000)
  view.setUint16(14, 100, true)
  view.setUint16(16, clockMhz, true)
  view.setUint16(18, clockMhz, true)
  body[20] = 0x41
  return structure(4, 4, body, ['CPU 0', 'Intel(R) Corporation', facts.processor])
}

/** Type 17, clause 7.18: the memory in equal modules. */
function memoryStructure(facts: SmbiosFacts, index: number): Uint8Array {
  const body = new Uint8Array(23)
  const view = new DataView(body.buffer)
  const sizeMib = facts.memoryBytes / DIMMS / MIB
  view.setUint16(0, 0xfffe, true)
  view.setUint16(2, 0xfffe, true)
  view.setUint16(4, 64, true)
  view.setUint16(6, 64, true)
  view.setUint16(8, sizeMib >= 32 * GIB / MIB ? 0x7fff : sizeMib, true)
  body[10] = 9
  body[12] = 1
  body[13] = 2
  body[14] = 0x1a
  view.setUint16(17, 2666, true)
  body[19] = 3
  return structure(17, 0x1100 + index, body, [`DIMM${index + 1}`, `Channel ${index}`, 'Workbench'])
}

/** Type 127, clause 7.45. */
function endStructure(): Uint8Array {
  return structure(127, 0x7f00, new Uint8Array(0), [])
}

/** Header, formatted area, strings, and the closing NUL (clause 6.1). */
function structure(type: number, handle: number, body: Uint8Array, strings: readonly string[]): Uint8Array {
  const text = strings.length === 0 ? '\0\0' : `${strings.join('\0')}\0\0`
  const bytes = new Uint8Array(4 + body.length + text.length)
  bytes.set([type, 4 + body.length, handle & 0xff, handle >> 8])
  bytes.set(body, 4)
  for (let at = 0; at < text.length; at++) bytes[4 + body.length + at] = text.charCodeAt(at) & 0xff
  return bytes
}
