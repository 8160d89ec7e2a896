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
 * @xnu iokit/Kernel/IODeviceTreeSupport.cpp IODTResolveAddressing, IODTMapInterrupts — simplified: 64-bit
 * cells only
 */
export function resolveDeviceTreeNub(nub: IOService): void {
  resolveAddressing(nub)
  mapInterrupts(nub)
}

function resolveAddressing(nub: IOService): void {
  const parent = nub.getParentEntry(gIODTPlane)
  const words = deviceTreeWords(nub.getProperty('reg'))
  if (parent === null || words.length === 0 || words.length % 4 !== 0 || !hasLongCells(parent)) return
  const windows = windowsOf(parent)
  const ranges: { address: number; length: number }[] = []
  for (let at = 0; at < words.length; at += 4) {
    const bus = words[at]! + words[at + 1]! * WORD
    const length = words[at + 2]! + words[at + 3]! * WORD
    ranges.push({ address: toProcessor(windows, bus), length })
  }
  const memory = IODeviceMemory.arrayFromList(ranges)
  nub.setDeviceMemory(memory)
  memory.release()
}

function hasLongCells(parent: IORegistryEntry): boolean {
  const address = deviceTreeWords(parent.getProperty('#address-cells'))[0]
  const size = deviceTreeWords(parent.getProperty('#size-cells'))[0]
  return address === 2 && size === 2
}

function windowsOf(parent: IORegistryEntry): BusWindow[] {
  const words = deviceTreeWords(parent.getProperty('ranges'))
  const windows: BusWindow[] = []
  for (let at = 0; at + 6 <= words.length; at += 6) {
    windows.push({
      bus: words[at]! + words[at + 1]! * WORD,
      processor: words[at + 2]! + words[at + 3]! * WORD,
      sizeBytes: words[at + 4]! + words[at + 5]! * WORD,
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
