/**
 * Made-up registry trees of a fixed shape: the same on every machine. Nothing real is in them. An entry has
 * about 55 values, 1.5 kB of JSON, 5.8 kB of indented XML, 0.6 kB in a binary property list and 2.5 kB of
 * `ioreg -l` text. Trees are at most 20 levels deep as those of real Macs are, but on the average 13 (8).
 */

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

const CLASSES = [
  'IOPCIDevice', 'IOPlatformDevice', 'AppleARMIODevice', 'IOUSBHostDevice', 'IOMedia', 'IOBlockStorageDriver',
  'IOHIDInterface', 'IOService',
]

function bytes(random: Lcg, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, () => random.next(256))
}

function legend(random: Lcg, index: number): Plain {
  return Array.from({ length: 3 }, (_, i): Plain => new Map<string, Plain>([
    ['IOReportGroupName', 'Interrupt Statistics (by index)'], ['IOReportSubGroupName', `entry ${index} ${i}`],
    ['IOReportChannels', Array.from({ length: 3 },
      (__, n): Plain => [BigInt(index) << 32n, n + 0x100020001, 'Interrupt Count'])],
    ['IOReportChannelInfo', new Map<string, Plain>([['IOReportChannelUnit', random.next(1 << 20)]])],
  ]))
}

/** Half small, half beyond 2^63: drawn from few, since registers, sizes and addresses come again. */
function integer(random: Lcg): number | bigint {
  const value = random.next(4_096) * 4_099
  return random.next(2) === 0 ? value : (1n << 63n) + BigInt(value)
}

function properties(random: Lcg, index: number): Map<string, Plain> {
  const map = new Map<string, Plain>()
  for (let i = 0; i < 8; i++) map.set(`IOStringProperty${i}`, `value-${random.next(600)} of a registry`)
  for (let i = 0; i < 7; i++) map.set(`IONumber${i}`, integer(random))
  for (let i = 0; i < 3; i++) map.set(`IOFlag${i}`, random.next(2) === 0)
  for (let i = 0; i < 4; i++) map.set(`data-${i}`, bytes(random, 8 + random.next(24)))
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
  if (random.next(7) === 0) map.set('IOReportLegend', legend(random, index))
  map.set('IOMatchCategory', 'IODefaultMatchCategory')
  return map
}

/** The depth of the next entry in pre-order: mostly one deeper or a sibling, now and then some levels up. */
function nextDepth(random: Lcg, depth: number, deepest: number): number {
  const choice = random.next(20)
  if (choice < 12) return Math.min(depth + 1, deepest)
  return choice < 18 ? depth : Math.max(1, depth - 1 - random.next(9))
}

/** A tree of `count` entries. */
export function makeTree(count: number): Entry {
  const random = new Lcg()
  const make = (index: number): Entry => ({
    name: `entry${index}`,
    location: random.next(3) === 0 ? random.next(65536).toString(16).toUpperCase() : null,
    className: CLASSES[random.next(CLASSES.length)]!, id: 0x100000100 + index,
    properties: properties(random, index), children: [],
  })
  const path: Entry[] = [make(0)]
  const deepest = Math.min(20, 10 + Math.floor(count / 150))
  let depth = 0
  for (let index = 1; index < count; index++) {
    depth = depth === 0 ? 1 : nextDepth(random, depth, deepest)
    const entry = make(index)
    path[depth - 1]!.children.push(entry)
    path[depth] = entry
  }
  return path[0]!
}

/** The tree as one property list, as `ioreg -a` shapes it. */
export function toPlain(entry: Entry): Map<string, Plain> {
  const map = new Map(entry.properties)
  map.set('IORegistryEntryName', entry.name)
  map.set('IOObjectClass', entry.className)
  map.set('IORegistryEntryID', entry.id)
  map.set('IORegistryEntryChildren', entry.children.map(toPlain))
  return map
}

/** Values of every kind, keys not counted. */
export function countValues(value: Plain): number {
  if (value instanceof Map) return countValues([...value.values()])
  return Array.isArray(value) ? value.reduce<number>((sum, item) => sum + countValues(item), 1) : 1
}

function jsonValue(value: Plain): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [key, jsonValue(item)]))
  return Array.isArray(value) ? value.map(jsonValue) : value
}

/** The tree as JSON: nested children, data as base64. */
export function toJson(tree: Entry): string {
  return JSON.stringify(jsonValue(toPlain(tree)))
}

/** The tree as an XML property list, indented with tabs as CoreFoundation writes it. */
export function toXml(tree: Entry): string {
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<plist version="1.0">',
  ]
  xmlLines(toPlain(tree), '', lines)
  return `${lines.join('\n')}\n</plist>\n`
}

function xmlLines(value: Plain, indent: string, lines: string[]): void {
  if (typeof value === 'string') lines.push(`${indent}<string>${value}</string>`)
  else if (typeof value === 'boolean') lines.push(`${indent}<${value}/>`)
  else if (value instanceof Uint8Array) {
    const data = indent.slice(0, 8)
    lines.push(`${indent}<data>`, `${data}${Buffer.from(value).toString('base64')}`, `${indent}</data>`)
  } else if (value instanceof Map) {
    lines.push(`${indent}<dict>`)
    for (const [key, item] of value) {
      lines.push(`${indent}\t<key>${key}</key>`)
      xmlLines(item, `${indent}\t`, lines)
    }
    lines.push(`${indent}</dict>`)
  } else if (Array.isArray(value)) {
    if (value.length === 0) lines.push(`${indent}<array/>`)
    else lines.push(`${indent}<array>`)
    for (const item of value) xmlLines(item, `${indent}\t`, lines)
    if (value.length > 0) lines.push(`${indent}</array>`)
  } else lines.push(`${indent}<integer>${value}</integer>`)
}

function textValue(value: Plain): string {
  if (typeof value === 'string') return `"${value}"`
  if (typeof value === 'boolean') return value ? 'Yes' : 'No'
  if (value instanceof Uint8Array) return `<${Buffer.from(value).toString('hex')}>`
  if (Array.isArray(value)) return `(${value.map(textValue).join(',')})`
  if (value instanceof Map) {
    return `{${[...value].map(([key, item]) => `"${key}"=${textValue(item)}`).join(',')}}`
  }
  return String(value)
}

/** The tree as `ioreg -l -w0` prints one. */
export function toIoregText(tree: Entry): string {
  const lines: string[] = []
  const walk = (entry: Entry, bars: string, depth: number, hasMore: boolean): void => {
    const where = entry.location === null ? '' : `@${entry.location}`
    const facts = `id 0x${entry.id.toString(16)}, registered, matched, active, busy 0 (${depth} ms)`
    const about = `<class ${entry.className}, ${facts}, retain ${7 + (depth % 5)}>`
    lines.push(`${bars}+-o ${entry.name}${where}  ${about}`)
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
