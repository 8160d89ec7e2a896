import { OSData, OSSymbol, toOSObject } from '../../libkern/index.ts'
import { IODeviceMemory } from '../memory/index.ts'
import { gIODTPlane, type IORegistryEntry } from '../registry/index.ts'
import type { IOService } from '../service/index.ts'
import { interruptCellsOf } from './IODeviceTreeAlloc.ts'
import { deviceTreeWords } from './IODTSupport.ts'

const WORD = 4294967296

/** One window of a `ranges` property. */
interface BusWindow {
  readonly bus: number
  readonly processor: number
  readonly sizeBytes: number
}

/** Name under which the interrupt controller with this phandle registers itself. */
export function interruptControllerName(phandle: number): string {
  return `IOInterruptController${phandle.toString(16).toUpperCase().padStart(8, '0')}`
}

/**
 * Gives a device-tree nub its device memory and interrupts, from what its entry says.
 * @xnu iokit/Kernel/IODeviceTreeSupport.cpp IODTResolveAddressing, IODTMapInterrupts — simplified: the
 * windows of the parent alone, no interrupt maps
 */
export function resolveDeviceTreeNub(nub: IOService): void {
  resolveAddressing(nub)
  mapInterrupts(nub)
}

function resolveAddressing(nub: IOService): void {
  const parent = nub.getParentEntry(gIODTPlane)
  const words = deviceTreeWords(nub.getProperty('reg'))
  if (parent === null || words.length === 0) return
  const { address: addressCells, size: sizeCells } = cellsOf(parent)
  const step = addressCells + sizeCells
  if (sizeCells === 0 || addressCells === 0 || words.length % step !== 0) return
  const windows = windowsOf(parent)
  const ranges: { address: number; length: number }[] = []
  for (let at = 0; at < words.length; at += step) {
    const bus = numberAt(words, at, addressCells)
    ranges.push({ address: toProcessor(windows, bus), length: numberAt(words, at + addressCells, sizeCells) })
  }
  const memory = IODeviceMemory.arrayFromList(ranges)
  nub.setDeviceMemory(memory)
  memory.release()
}

/**
 * Words of an address and of a size below an entry; one and two where it does not say.
 * @xnu iokit/Kernel/IODeviceTreeSupport.cpp IODTGetCellCounts — faithful
 */
export function cellsOf(entry: IORegistryEntry): { readonly address: number; readonly size: number } {
  const [address = 2] = deviceTreeWords(entry.getProperty('#address-cells'))
  const [size = 1] = deviceTreeWords(entry.getProperty('#size-cells'))
  return { address, size }
}

/** The lowest two words of a number of `cells` words, the least significant first. */
function numberAt(words: readonly number[], at: number, cells: number): number {
  return words[at]! + (cells > 1 ? words[at + 1]! * WORD : 0)
}

function windowsOf(parent: IORegistryEntry): BusWindow[] {
  const words = deviceTreeWords(parent.getProperty('ranges'))
  const windows: BusWindow[] = []
  const own = cellsOf(parent)
  const above = parent.getParentEntry(gIODTPlane)
  const aboveCells = above === null ? own.address : cellsOf(above).address
  const step = own.address + aboveCells + own.size
  for (let at = 0; at + step <= words.length; at += step) {
    windows.push({
      bus: numberAt(words, at, own.address),
      processor: numberAt(words, at + own.address, aboveCells),
      sizeBytes: numberAt(words, at + own.address + aboveCells, own.size),
    })
  }
  return windows
}

function toProcessor(windows: readonly BusWindow[], bus: number): number {
  const window =
    windows.find((candidate) => bus >= candidate.bus && bus < candidate.bus + candidate.sizeBytes)
  return window === undefined ? bus : window.processor + (bus - window.bus)
}

function mapInterrupts(nub: IOService): void {
  const property = nub.getProperty('interrupts')
  const parent = deviceTreeWords(nub.getProperty('interrupt-parent'))[0]
  if (!(property instanceof OSData) || parent === undefined) return
  const bytes = property.bytes()
  const cellBytes = interruptCellsOf(parent) * 4
  if (cellBytes === 0 || bytes.length < cellBytes) return
  const controllers: OSSymbol[] = []
  const specifiers: Uint8Array[] = []
  for (let at = 0; at + cellBytes <= bytes.length; at += cellBytes) {
    controllers.push(OSSymbol.withCString(interruptControllerName(parent)))
    specifiers.push(bytes.slice(at, at + cellBytes))
  }
  nub.setProperty('IOInterruptControllers', toOSObject(controllers))
  nub.setProperty('IOInterruptSpecifiers', toOSObject(specifiers))
}
