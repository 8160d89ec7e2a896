/** Made-up registry trees of a fixed shape: the same on every machine. Nothing real is in them. */

export type Plain = string | number | bigint | boolean | Uint8Array | Plain[] | Map<string, Plain>

export interface Entry {
  readonly name: string
  readonly location: string | null
  readonly className: string
  readonly id: number
  readonly properties: Map<string, Plain>
  readonly children: Entry[]
}

/** Linear congruential generator: plain, fast and the same everywhere. */
class Lcg {
  private state = 12345

  next(bound: number): number {
    this.state = (Math.imul(this.state, 1103515245) + 12345) >>> 0
    return (this.state >>> 8) % bound
  }
}

const CLASSES = ['IOPCIDevice', 'IOPlatformDevice', 'AppleARMIODevice', 'IOUSBHostDevice', 'IOMedia', 'IOBlockStorageDriver', 'IOHIDInterface', 'IOService']

function bytes(random: Lcg, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, () => random.next(256))
}

function properties(random: Lcg, index: number): Map<string, Plain> {
  const map = new Map<string, Plain>()
  for (let i = 0; i < 8; i++) map.set(`IOStringProperty${i}`, `value-${random.next(100000)} of entry ${index} in a registry`)
  for (let i = 0; i < 7; i++) map.set(`IONumber${i}`, random.next(2) === 0 ? random.next(1 << 24) : (1n << 63n) + BigInt(random.next(1 << 24)))
  for (let i = 0; i < 3; i++) map.set(`IOFlag${i}`, random.next(2) === 0)
  for (let i = 0; i < 4; i++) map.set(`data-${i}`, bytes(random, 4 + random.next(24)))
  map.set('IOInterruptSpecifiers', [bytes(random, 8), bytes(random, 8)])
  map.set('IOInterruptControllers', ['IOInterruptController0000005D', 'IOPCIMessagedInterruptController'])
  map.set('IOPowerManagement', new Map<string, Plain>([
    ['CapabilityFlags', 2], ['MaxPowerState', 3], ['CurrentPowerState', random.next(4)],
    ['ChildrenPowerState', random.next(4)], ['DriverPowerState', random.next(4)],
  ]))
  map.set('IOPersonality', new Map<string, Plain>([
    ['IOClass', CLASSES[random.next(CLASSES.length)]!], ['IOProbeScore', random.next(10000)],
    ['IONameMatch', ['first,name', 'second,name', `third,${random.next(50)}`]],
  ]))
  if (random.next(6) === 0) {
    map.set('IOReportLegend', Array.from({ length: 4 }, (_, i): Plain => new Map<string, Plain>([
      ['IOReportGroupName', 'Interrupt Statistics (by index)'], ['IOReportSubGroupName', `entry ${index} ${i}`],
      ['IOReportChannels', Array.from({ length: 4 }, (__, n): Plain => [BigInt(index) << 32n, n + 0x100020001, 'Interrupt Count'])],
      ['IOReportChannelInfo', new Map<string, Plain>([['IOReportChannelUnit', random.next(1 << 20)]])],
    ])))
  }
  map.set('IOMatchCategory', 'IODefaultMatchCategory')
  return map
}

/** A tree of `count` entries. */
export function makeTree(count: number): Entry {
  const random = new Lcg()
  const make = (index: number): Entry => ({
    name: `entry${index}`, location: random.next(3) === 0 ? random.next(65536).toString(16).toUpperCase() : null,
    className: CLASSES[random.next(CLASSES.length)]!, id: 0x100000100 + index, properties: properties(random, index), children: [],
  })
  const all: Entry[] = [make(0)]
  for (let index = 1; index < count; index++) {
    const entry = make(index)
    all[random.next(Math.min(index, 400))]!.children.push(entry)
    all.push(entry)
  }
  return all[0]!
}

function jsonValue(value: Plain): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [key, jsonValue(item)]))
  return Array.isArray(value) ? value.map(jsonValue) : value
}

/** The tree as JSON: nested children, data as base64. */
export function toJson(tree: Entry): string {
  const plain = (entry: Entry): unknown => ({
    ...(jsonValue(entry.properties) as object), IORegistryEntryName: entry.name, IOObjectClass: entry.className,
    IORegistryEntryID: entry.id, IORegistryEntryChildren: entry.children.map(plain),
  })
  return JSON.stringify(plain(tree))
}

function textValue(value: Plain): string {
  if (typeof value === 'string') return `"${value}"`
  if (typeof value === 'boolean') return value ? 'Yes' : 'No'
  if (value instanceof Uint8Array) return `<${Buffer.from(value).toString('hex')}>`
  if (Array.isArray(value)) return `(${value.map(textValue).join(',')})`
  if (value instanceof Map) return `{${[...value].map(([key, item]) => `"${key}"=${textValue(item)}`).join(',')}}`
  return String(value)
}

/** The tree as `ioreg -l -w0` prints one. */
export function toIoregText(tree: Entry): string {
  const lines: string[] = []
  const walk = (entry: Entry, bars: string, depth: number, hasMore: boolean): void => {
    const where = entry.location === null ? '' : `@${entry.location}`
    lines.push(`${bars}+-o ${entry.name}${where}  <class ${entry.className}, id 0x${entry.id.toString(16)}, registered, matched, active, busy 0 (${depth} ms), retain ${7 + (depth % 5)}>`)
    const below = `${bars}${depth === 0 ? '  ' : hasMore ? '| ' : '  '}`
    const prefix = `${below}${entry.children.length > 0 ? '| ' : '  '}`
    lines.push(`${prefix}{`)
    for (const [key, value] of entry.properties) lines.push(`${prefix}  "${key}" = ${textValue(value)}`)
    lines.push(`${prefix}}`, prefix)
    entry.children.forEach((child, index) => walk(child, below, depth + 1, index < entry.children.length - 1))
  }
  walk(tree, '', 0, false)
  return `${lines.join('\n')}\n`
}
