import type { EntryDetails, PropertyValue, RegistrySnapshot, RegistrySource } from '../../../kernel/api/index.ts'

/** `depth name@location class flags busy` per line: `D` made by matching, `-` no service, `!` not matched yet. */
const OUTLINE = `
0 Root IORegistryEntry - 0
1 iMac19,1 IOPlatformExpertDevice . 1
2 AppleACPIPlatformExpert AppleACPIPlatformExpert D 1
3 IOPMrootDomain IOPMrootDomain . 0
4 RootDomainUserClient RootDomainUserClient . 0
3 cpus@0 IOACPIPlatformDevice . 0
4 AppleACPICPU AppleACPICPU D 0
3 APIC@fec00000 IOACPIPlatformDevice . 0
4 AppleAPICInterruptController AppleAPICInterruptController D 0
3 PCI0@0 IOACPIPlatformDevice . 1
4 AppleACPIPCI AppleACPIPCI D 1
5 IGPU@2 IOPCIDevice . 0
5 RP01@1C IOPCIDevice . 0
6 IOPP IOPCI2PCIBridge D 0
7 SSD0@0 IOPCIDevice . 0
8 IONVMeController IONVMeController D 0
9 NVMe Block Storage@1 IONVMeBlockStorageDevice . 0
10 IOBlockStorageDriver IOBlockStorageDriver D 0
11 Workbench SSD 256GB IOMedia . 0
12 IOMediaBSDClient IOMediaBSDClient D 0
12 IOGUIDPartitionScheme IOGUIDPartitionScheme D 0
13 EFI System Partition@1 IOMedia . 0
14 IOMediaBSDClient IOMediaBSDClient D 0
13 Macintosh HD@2 IOMedia . 0
14 IOMediaBSDClient IOMediaBSDClient D 0
5 RP03@1C,2 IOPCIDevice . 1
6 IOPP IOPCI2PCIBridge D 1
7 PXSX@0 IOPCIDevice ! 1
5 RP09@1D IOPCIDevice . 0
6 IOPP IOPCI2PCIBridge D 0
7 NullDereference@0 IOPCIDevice . 0
5 HDEF@1F,3 IOPCIDevice . 0
5 LPCB@1F IOPCIDevice . 0
3 RTC@70 IOACPIPlatformDevice . 0
4 AppleRTC AppleRTC D 0
3 AppleEFIRuntime AppleEFIRuntime D 0
4 AppleEFINVRAM AppleEFINVRAM D 0
1 IOResources IOResources . 0
2 IOBSDClient IOBSDClient D 0
2 IODisplayWrangler IODisplayWrangler D 0
2 IOSurfaceRoot IOSurfaceRoot D 0
1 IOUserResources IOUserResources . 0
`.trim().split('\n').map((line) => {
  const words = line.split(' ')
  const busy = Number(words.pop())
  const flags = words.pop() ?? '.'
  const className = words.pop() ?? ''
  const [name, location] = words.slice(1).join(' ').split('@')
  return { depth: Number(words[0]), name: name ?? '', location: location ?? null, className, flags, busy }
})

/** A small registry of a made-up iMac, or a big even tree when `rows` is given. */
export function makeSnapshot(source: RegistrySource, plane: string, generation: number, rows: number | null): RegistrySnapshot {
  const lines = rows === null ? OUTLINE.filter((line) => plane === 'IOService' || line.depth < 6) : bigOutline(rows)
  const parents = new Int32Array(lines.length)
  const above: number[] = []
  lines.forEach((line, row) => {
    parents[row] = line.depth === 0 ? -1 : above[line.depth - 1] ?? -1
    above[line.depth] = row
  })
  return {
    source, plane, planes: ['IOService', 'IODeviceTree', 'IOPower', 'IOACPIPlane'], generation,
    ids: Float64Array.from(lines, (_line, row) => 0x100000100 + row * 7), parents,
    depths: Uint16Array.from(lines, (line) => line.depth), names: lines.map((line) => line.name),
    locations: lines.map((line) => line.location), classes: lines.map((line) => line.className),
    states: Uint32Array.from(lines, (line) => line.flags === '-' ? 0xffffffff : line.flags === '!' ? 0x2 : 0x1e),
    busy: Uint16Array.from(lines, (line) => line.busy), retains: Int32Array.from(lines, (_line, row) => 7 + (row * 5) % 40),
    drivers: Uint8Array.from(lines, (line) => line.flags === 'D' ? 1 : 0),
    withoutDriver: new Uint8Array(lines.length),
  }
}

function bigOutline(rows: number): typeof OUTLINE {
  return Array.from({ length: rows }, (_unused, row) => ({
    depth: row === 0 ? 0 : 1 + (row % 7), name: `Node${row}`, location: null, className: `IOClass${row % 50}`, flags: '.', busy: 0,
  }))
}

const text = (value: string): PropertyValue => ({ type: 'string', value })
const number = (value: bigint, bits = 32): PropertyValue => ({ type: 'number', value, bits })
const data = (hex: string): PropertyValue => ({ type: 'data', bytes: Uint8Array.from(hex.match(/../gu) ?? [], (pair) => Number.parseInt(pair, 16)) })
const ascii = (value: string): PropertyValue => ({ type: 'data', bytes: Uint8Array.from(value, (letter) => letter.charCodeAt(0)) })

export function makeDetails(snapshot: RegistrySnapshot, row: number): EntryDetails {
  return {
    id: snapshot.ids[row] ?? 0, name: snapshot.names[row] ?? '', location: snapshot.locations[row] ?? null,
    className: snapshot.classes[row] ?? '', inheritance: ['OSObject', 'IORegistryEntry', 'IOService', snapshot.classes[row] ?? ''],
    bundle: 'com.example.family', path: null, state: snapshot.states[row] ?? null, busy: snapshot.busy[row] ?? 0,
    busyTimeNs: 4_213_000, parents: [], retain: snapshot.retains[row] ?? 0,
    properties: [
      { key: 'assigned-addresses', value: data('100003810000000000400000000000000001000018000383000000000040 30a1000000000010000020000383000000000000 30a10000000000400000'.replaceAll(' ', '')) },
      { key: 'built-in', value: data('00') }, { key: 'class-code', value: data('00000200') },
      { key: 'compatible', value: ascii('pci10ec,8168\0pciclass,020000\0') }, { key: 'device-id', value: data('68810000') },
      { key: 'IOInterruptSpecifiers', value: { type: 'array', values: [data('1200000007000000'), data('2200000000000100')] } },
      { key: 'IOName', value: text('ethernet') }, { key: 'IOPCIMSIMode', value: { type: 'boolean', value: true } },
      { key: 'IOPowerManagement', value: { type: 'dictionary', entries: [{ key: 'CurrentPowerState', value: number(2n) }, { key: 'MaxPowerState', value: number(3n) }] } },
      { key: 'IOServiceDEXTEntitlements', value: { type: 'array', values: [] } }, { key: 'pcidebug', value: text('3:0:0') },
      { key: 'reg', value: data('00'.repeat(80)) }, { key: 'revision-id', value: data('15000000') }, { key: 'subsystem-id', value: data('00e00000') },
      { key: 'subsystem-vendor-id', value: data('58140000') }, { key: 'vendor-id', value: data('ec100000') }, { key: 'IOPCIExpressLinkStatus', value: number(0x7011n) },
    ],
  }
}
