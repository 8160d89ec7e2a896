import {
  PciFunction, type PciIdentity, type RegisterGroup, type ResetKind, type ResetPhase,
} from '../../../hardware/index.ts'
import { ExpressType } from '../../../hardware/index.ts'
import type { NvmeBus } from './NvmeBus.ts'
import { NvmeController, REGISTER_BYTES } from './NvmeController.ts'
import type { NvmeNamespace } from './NvmeNamespace.ts'
import type { NvmeSettings } from './settings.ts'

const BAR_BYTES = 0x4000
const MSIX_TABLE = 0x2000
const MSIX_PENDING = 0x3000
const NVME_CLASS = 0x010802

/** An NVMe controller as a PCI Express function (NVMe 1.4, chapter 2). */
export class NvmePci extends PciFunction implements NvmeBus {
  readonly controller: NvmeController
  readonly vectorCount: number

  constructor(
    name: string, identity: Omit<PciIdentity, 'classCode'>, settings: NvmeSettings, linkWidth: number,
  ) {
    super(name, { ...identity, classCode: NVME_CLASS, interruptPin: 1 })
    this.vectorCount = settings.ioQueues + 1
    this.controller = new NvmeController(name, settings, this, this.clock)
    const bar = this.addBar({
      index: 0, kind: 'memory64', sizeBytes: BAR_BYTES, device: this.controller.registers,
      deviceBytes: REGISTER_BYTES,
    })
    this.addPowerManagement()
    this.addMsi()
    this.addExpress({ type: ExpressType.endpoint, linkSpeed: 3, linkWidth, functionLevelReset: true })
    this.addMsix(this.vectorCount, bar, MSIX_TABLE, MSIX_PENDING)
  }

  get mastering(): boolean {
    return this.busMasterEnabled && this.bus !== null
  }

  read(address: number, target: Uint8Array): boolean {
    return this.dmaRead(address, target)
  }

  write(address: number, source: Uint8Array): boolean {
    return this.dmaWrite(address, source)
  }

  span(address: number, sizeBytes: number): Uint8Array | null {
    return this.dmaSpan(address, sizeBytes)
  }

  spanOnce(address: number, sizeBytes: number, isWrite: boolean): Uint8Array | null {
    return this.dmaSpanOnce(address, sizeBytes, isWrite)
  }

  message(vector: number): void {
    this.raiseMessage(vector)
  }

  setWire(asserted: boolean): void {
    this.setIntx(asserted)
  }

  /** Puts a namespace behind this controller. */
  addNamespace(namespace: NvmeNamespace): void {
    this.controller.namespaces.set(namespace.nsid, namespace)
    this.adopt(namespace)
  }

  override registerGroups(): readonly RegisterGroup[] {
    return [{ title: 'NVMe controller', file: this.controller.registers }]
  }

  override reset(phase: ResetPhase, kind: ResetKind): void {
    super.reset(phase, kind)
    if (phase === 'hold') this.controller.reset()
  }
}
