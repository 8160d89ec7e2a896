import {
  DeviceModel, type Fabric, type InterruptLine, type RegisterGroup, type ResetPhase,
} from '../../../hardware/index.ts'
import type { NvmeBus } from './NvmeBus.ts'
import { NvmeController, REGISTER_BYTES } from './NvmeController.ts'
import type { NvmeNamespace } from './NvmeNamespace.ts'
import type { NvmeSettings } from './settings.ts'

/**
 * An NVMe controller as a block of a system on a chip: fixed registers, one wired interrupt (Apple's ANS).
 */
export class NvmeMmio extends DeviceModel implements NvmeBus {
  readonly controller: NvmeController
  readonly mastering = true
  readonly messagesEnabled = false
  readonly vectorCount = 1
  readonly sizeBytes = REGISTER_BYTES
  private readonly line: InterruptLine

  constructor(
    name: string, readonly fabric: Fabric, settings: NvmeSettings,
    readonly place: { readonly address: number; readonly interrupt: number },
  ) {
    super(name)
    this.line = fabric.input(place.interrupt)
    this.controller = new NvmeController(name, settings, this, this.clock)
    fabric.memory.map(place.address, REGISTER_BYTES, this.controller.registers)
  }

  read(address: number, target: Uint8Array): boolean {
    this.fabric.memory.copyOut(address, target)
    return true
  }

  write(address: number, source: Uint8Array): boolean {
    this.fabric.memory.copyIn(address, source)
    return true
  }

  span(address: number, sizeBytes: number): Uint8Array | null {
    return this.fabric.memory.span(address, sizeBytes)
  }

  spanOnce(address: number, sizeBytes: number): Uint8Array | null {
    return this.fabric.memory.span(address, sizeBytes)
  }

  message(): void {}

  setWire(asserted: boolean): void {
    this.line.set(asserted)
  }

  /** Puts a namespace behind this controller. */
  addNamespace(namespace: NvmeNamespace): void {
    this.controller.namespaces.set(namespace.nsid, namespace)
    this.adopt(namespace)
  }

  override registerGroups(): readonly RegisterGroup[] {
    return [{ title: 'NVMe controller', file: this.controller.registers }]
  }

  override reset(phase: ResetPhase): void {
    if (phase === 'hold') this.controller.reset()
  }
}
