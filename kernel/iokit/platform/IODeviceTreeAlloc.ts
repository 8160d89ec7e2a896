import { OSData } from '../../libkern/index.ts'
import { kernelState } from '../../sim/index.ts'
import { gIODTPlane, getRegistryRoot, type IORegistryEntry } from '../registry/index.ts'
import { IOService } from '../service/index.ts'

/** A node of the tree that the loader left: name, byte properties, children in order. */
export interface DeviceTreeSource {
  readonly name: string
  readonly properties: ReadonlyMap<string, Uint8Array>
  readonly children: readonly DeviceTreeSource[]
}

/** What clients of an interrupt controller must know before its driver runs: by phandle. */
const interruptCells = kernelState(() => new Map<number, number>())

/** Words per interrupt of the controller with this phandle; one where the tree does not say. */
export function interruptCellsOf(phandle: number): number {
  return interruptCells().get(phandle) ?? 1
}

/**
 * Makes the IODeviceTree plane from the loader's tree, in its order: every entry gets its number before any
 * driver
 * runs; the root gets the last one. Boot context; one reference to the caller.
 * @xnu iokit/Kernel/IODeviceTreeSupport.cpp IODeviceTreeAlloc — faithful
 */
export function IODeviceTreeAlloc(tree: DeviceTreeSource): IORegistryEntry {
  const root = makeEntry(tree)
  addChildren(root, tree)
  const name = root.getName(gIODTPlane)
  root.attachToParent(getRegistryRoot(), gIODTPlane)
  const compatible = firstText(tree.properties.get('compatible'))
  const model = firstText(tree.properties.get('model'))
  root.setName((compatible === 'ACPI' ? model : compatible) ?? name)
  return root
}

function addChildren(entry: IORegistryEntry, node: DeviceTreeSource): void {
  for (const child of node.children) {
    const made = makeEntry(child)
    made.attachToParent(entry, gIODTPlane)
    addChildren(made, child)
    made.release()
  }
}

function makeEntry(node: DeviceTreeSource): IORegistryEntry {
  const entry = new IOService()
  entry.init()
  for (const [key, bytes] of node.properties) {
    const data = OSData.withBytes(bytes)
    entry.setProperty(key, data)
    data.release()
  }
  entry.setName(node.name, gIODTPlane)
  entry.setName(node.name)
  const reg = node.properties.get('reg')
  if (reg !== undefined && reg.length >= 4) {
    entry.setLocation(wordAt(reg, 0).toString(16).toUpperCase(), gIODTPlane)
    entry.setLocation(wordAt(reg, 0).toString(16).toUpperCase())
  }
  const phandle = node.properties.get('AAPL,phandle')
  const cells = node.properties.get('#interrupt-cells')
  if (phandle !== undefined && cells !== undefined) interruptCells().set(wordAt(phandle, 0), wordAt(cells, 0))
  return entry
}

function wordAt(bytes: Uint8Array, offset: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(offset, true)
}

function firstText(bytes: Uint8Array | undefined): string | null {
  if (bytes === undefined) return null
  const end = bytes.indexOf(0)
  return String.fromCharCode(...(end < 0 ? bytes : bytes.subarray(0, end)))
}
