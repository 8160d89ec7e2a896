import { kIOReturnSuccess, kIOReturnTimeout, type IOReturn } from '../../../abi/index.ts'
import {
  IOBufferMemoryDescriptor, IOFilterInterruptEventSource, IOService, IOWorkLoop,
  kIOMemoryPhysicallyContiguous,
  type IOMemoryMap,
} from '../../../iokit/index.ts'
import {
  defineMetaClass, OSDynamicCast, toOSObject, type OSMetaClass, type PlainValue,
} from '../../../libkern/index.ts'
import { IOLog } from '../../../mach/index.ts'
import {
  present, scheduler, THREAD_TIMED_OUT, wait, WaitQueue, type KernelThread,
} from '../../../sim/index.ts'
import { IOPCIDevice, kIOPCIConfigBaseAddress0 } from '../../IOPCIFamily/index.ts'
import { AdminOpcode, Cns, Feature, PAGE_BYTES, SMART_LOG_BYTES, LogPage, Status } from '../bits.ts'
import { CAP, CC, CSTS, Reg } from '../registers.ts'
import { DeviceWatch } from './DeviceWatch.ts'
import { IONVMeBlockStorageDevice } from './IONVMeBlockStorageDevice.ts'
import { NVMeChannel } from './NVMeChannel.ts'
import {
  readControllerData, readNamespaceData, returnOfStatus, type ControllerData, type NamespaceData,
} from './nvmeData.ts'
import { NVMeQueue } from './NVMeQueue.ts'
import type { NVMeCommandFields, NVMeCompletion } from './NVMeRequest.ts'

const ADMIN_ENTRIES = 32
const ADMIN_DEPTH = 16
const POLL_NS = 1_000_000
const TIMEOUT_UNIT_NS = 500_000_000
const COMMAND_TIMEOUT_NS = 30_000_000_000
const MESSAGED = 0x10000
const APPLE_VENDOR = 0x106b

/** What an administrative command answered. */
interface AdminResult {
  readonly result: IOReturn
  readonly value: number
}

/** Drives an NVM Express controller that is a PCI function. Subclasses reach other buses. */
export class IONVMeController extends IOService {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IONVMeController', IONVMeController, IOService)

  protected registers: IOMemoryMap | null = null
  private workLoop: IOWorkLoop | null = null
  private interruptSource: IOFilterInterruptEventSource | null = null
  private admin: NVMeChannel | null = null
  private io: NVMeChannel | null = null
  private data: ControllerData | null = null
  private watch: DeviceWatch | null = null

  /**
   * Brings the controller up and publishes its namespaces. Matching thread; blocks while the device starts.
   */
  override *start(provider: IOService): KernelThread<boolean> {
    if (!(yield* wait(super.start(provider)))) return false
    const fault = yield* this.bringUp(provider)
    if (fault === null) return true
    IOLog(`${this.getName()}: ${fault}\n`)
    this.stopInterrupts()
    if (provider.isOpen(this)) provider.close(this)
    return false
  }

  /** Nothing below uses the device any more: shuts it down and lets the provider go. Termination thread. */
  override *didTerminate(
    provider: IOService, options: number, defer: { value: boolean },
  ): KernelThread<boolean> {
    if (!defer.value) {
      yield* this.shutDown()
      this.stopInterrupts()
      if (provider.isOpen(this)) provider.close(this)
    }
    return yield* wait(super.didTerminate(provider, options, defer))
  }

  override free(): void {
    this.stopInterrupts()
    this.workLoop?.release()
    this.admin?.release()
    this.io?.release()
    this.registers?.release()
    super.free()
  }

  override getWorkLoop(): IOWorkLoop | null {
    return this.workLoop
  }

  /** What Identify said; for nubs. */
  getControllerData(): ControllerData {
    return present(this.data, 'a started controller is identified')
  }

  /** Starts an I/O command; an error means that `completion` is not called. Thread context. */
  submitIO(fields: NVMeCommandFields, completion: NVMeCompletion): IOReturn {
    this.watch?.arm()
    return present(this.io, 'a started controller has an I/O queue').submit(fields, completion)
  }

  /** How often so many commands were with the device at once. */
  queueDepths(): readonly number[] {
    return this.io?.depths ?? []
  }

  /** The SMART log page, or null. Thread context. */
  *readSmartLog(): KernelThread<Uint8Array | null> {
    const buffer = IOBufferMemoryDescriptor.withOptions(kIOMemoryPhysicallyContiguous, PAGE_BYTES, PAGE_BYTES)
    if (buffer === null) return null
    const { result } = yield* this.adminCommand({
      opcode: AdminOpcode.getLogPage, nsid: 0xffffffff, buffer,
      cdw10: LogPage.smart | ((SMART_LOG_BYTES / 4 - 1) << 16),
    })
    const page = new Uint8Array(SMART_LOG_BYTES)
    buffer.readBytes(0, page)
    buffer.release()
    return result === kIOReturnSuccess ? page : null
  }

  // What depends on the bus

  /** Opens the provider and maps the register window. */
  protected mapRegisters(provider: IOService): IOMemoryMap | null {
    const device = OSDynamicCast(IOPCIDevice, provider)
    if (device === null || !device.open(this)) return null
    device.setMemoryEnable(true)
    device.setBusLeadEnable(true)
    return device.mapDeviceMemoryWithRegister(kIOPCIConfigBaseAddress0)
  }

  /** Who delivers interrupts, and which of its interrupts is ours: a message where there is one. */
  protected *interruptOf(provider: IOService): KernelThread<{ nub: IOService; index: number }> {
    for (let index = 0; ; index++) {
      const { result, type } = yield* wait(provider.getInterruptType(index))
      if (result !== kIOReturnSuccess) return { nub: provider, index: 0 }
      if ((type & MESSAGED) !== 0) return { nub: provider, index }
    }
  }

  /** Commands that may be with the device at once. */
  protected get commandPoolSize(): number {
    return 255
  }

  protected get minimumSegmentAlignment(): number {
    return 4
  }

  protected get physicalInterconnect(): string {
    return 'PCI-Express'
  }

  /** Nub of a namespace. */
  protected createBlockDevice(): IONVMeBlockStorageDevice {
    return new IONVMeBlockStorageDevice()
  }

  // Interrupts

  private *startInterrupts(provider: IOService): KernelThread<boolean> {
    const { nub, index } = yield* this.interruptOf(provider)
    this.workLoop = IOWorkLoop.workLoop()
    const actions = { action: this.handleCompletions, filter: this.filterInterrupt }
    this.interruptSource =
      yield* wait(IOFilterInterruptEventSource.filterInterruptEventSource(this, actions, nub, index))
    if (this.interruptSource === null) return false
    this.startWatch(this.workLoop)
    return this.workLoop.addEventSource(this.interruptSource) === kIOReturnSuccess
  }

  private startWatch(workLoop: IOWorkLoop): void {
    this.watch = new DeviceWatch(this, workLoop, {
      isBusy: () => this.admin?.isBusy === true || this.io?.isBusy === true,
      isPresent: () => this.registers?.read32(Reg.CSTS) !== 0xffffffff,
      onGone: () => {
        this.admin?.abortAll(Status.abortRequested)
        this.io?.abortAll(Status.abortRequested)
      },
    })
  }

  private stopInterrupts(): void {
    this.watch?.stop()
    this.watch = null
    const { interruptSource } = this
    if (interruptSource === null) return
    interruptSource.disable()
    this.workLoop?.removeEventSource(interruptSource)
    interruptSource.release()
    this.interruptSource = null
  }

  /** Primary interrupt context: whether a completion waits. */
  private readonly filterInterrupt = (): boolean => {
    return this.admin?.queue.hasCompletion() === true || this.io?.queue.hasCompletion() === true
  }

  /** Work-loop context. */
  private readonly handleCompletions = (): void => {
    this.admin?.drain()
    this.io?.drain()
  }

  // Bring-up

  /** Null when all went well, else what did not. */
  private *bringUp(provider: IOService): KernelThread<string | null> {
    this.registers = this.mapRegisters(provider)
    if (this.registers === null) return 'no registers'
    if (!(yield* this.startInterrupts(provider))) return 'no interrupt'
    if (!(yield* this.resetController())) return 'controller does not become ready'
    this.interruptSource?.enable()
    const page = IOBufferMemoryDescriptor.withOptions(kIOMemoryPhysicallyContiguous, PAGE_BYTES, PAGE_BYTES)
    if (page === null) return 'no memory'
    const isUp = yield* this.identifyAndCreateQueues(page)
    if (isUp) {
      this.registerService()
      yield* this.publishNamespaces(page)
    }
    page.release()
    return isUp ? null : 'identification failed'
  }

  private *resetController(): KernelThread<boolean> {
    const registers = present(this.registers, 'mapped registers')
    const [capLow, capHigh] = [registers.read32(Reg.CAP), registers.read32(Reg.CAP + 4)]
    const timeoutNs = Math.max(1, capLow >>> CAP.timeoutLow) * TIMEOUT_UNIT_NS
    if ((capHigh & CAP.nvmCommandSet) === 0 || ((capHigh >>> CAP.pageMinLow) & 0xf) !== 0) return false
    registers.write32(Reg.CC, registers.read32(Reg.CC) & ~CC.enable)
    if (!(yield* this.waitReady(false, timeoutNs))) return false
    const queue = NVMeQueue.create(registers, 0, ADMIN_ENTRIES, capHigh & CAP.doorbellStrideMask)
    if (queue === null) return false
    this.admin = new NVMeChannel(queue, ADMIN_DEPTH)
    registers.write32(Reg.AQA, (ADMIN_ENTRIES - 1) | ((ADMIN_ENTRIES - 1) << 16))
    writeAddress(registers, Reg.ASQ, queue.submissionAddress)
    writeAddress(registers, Reg.ACQ, queue.completionAddress)
    registers.write32(Reg.CC, CC.entrySizes | CC.enable)
    return yield* this.waitReady(true, timeoutNs)
  }

  private *waitReady(ready: boolean, timeoutNs: number): KernelThread<boolean> {
    const registers = present(this.registers, 'mapped registers')
    const deadlineNs = scheduler().nowNs + timeoutNs
    for (;;) {
      const status = registers.read32(Reg.CSTS)
      if (status === 0xffffffff || (ready && (status & CSTS.fatal) !== 0)) return false
      if (((status & CSTS.ready) !== 0) === ready) return true
      if (scheduler().nowNs >= deadlineNs) return false
      yield* sleep(POLL_NS)
    }
  }

  private *identifyAndCreateQueues(page: IOBufferMemoryDescriptor): KernelThread<boolean> {
    const controller = yield* this.identify(page, 0, Cns.controller)
    if (controller === null) return false
    this.data = readControllerData(controller)
    const granted = yield* this.adminCommand(
      { opcode: AdminOpcode.setFeatures, cdw10: Feature.queueCount, cdw11: 0 },
    )
    if (granted.result !== kIOReturnSuccess || !(yield* this.createIOQueues())) return false
    this.publishProperties(this.data)
    return true
  }

  private *createIOQueues(): KernelThread<boolean> {
    const registers = present(this.registers, 'mapped registers')
    const most = (registers.read32(Reg.CAP) & CAP.maxEntriesMask) + 1
    const stride = registers.read32(Reg.CAP + 4) & CAP.doorbellStrideMask
    const entries = Math.min(most, this.commandPoolSize + 1)
    const queue = NVMeQueue.create(registers, 1, entries, stride)
    if (queue === null) return false
    this.io = new NVMeChannel(queue, entries - 1)
    const cdw10 = 1 | ((entries - 1) << 16)
    const completion = yield* this.adminCommand(
      { opcode: AdminOpcode.createCq, address: queue.completionAddress, cdw10, cdw11: 3 },
    )
    if (completion.result !== kIOReturnSuccess) return false
    const submission = yield* this.adminCommand({
      opcode: AdminOpcode.createSq, address: queue.submissionAddress, cdw10, cdw11: 1 | (1 << 16),
    })
    return submission.result === kIOReturnSuccess
  }

  private *publishNamespaces(page: IOBufferMemoryDescriptor): KernelThread {
    const list = yield* this.identify(page, 0, Cns.activeNamespaces)
    if (list === null) return
    const ids = new DataView(list.buffer)
    for (let at = 0; at < PAGE_BYTES; at += 4) {
      const nsid = ids.getUint32(at, true)
      if (nsid === 0) return
      const data = yield* this.identify(page, nsid, Cns.namespace)
      const namespace = data === null ? null : readNamespaceData(data)
      if (namespace !== null) this.publishNamespace(nsid, namespace)
    }
  }

  private publishNamespace(nsid: number, namespace: NamespaceData): void {
    const nub = this.createBlockDevice()
    if (nub.initNamespace(this, nsid, namespace) && nub.attach(this)) nub.registerService()
    nub.release()
  }

  private *identify(
    page: IOBufferMemoryDescriptor, nsid: number, selector: number,
  ): KernelThread<Uint8Array | null> {
    const { result } = yield* this.adminCommand(
      { opcode: AdminOpcode.identify, nsid, buffer: page, cdw10: selector },
    )
    if (result !== kIOReturnSuccess) return null
    const bytes = new Uint8Array(PAGE_BYTES)
    page.readBytes(0, bytes)
    return bytes
  }

  /** Submits an administrative command and sleeps until it is done. */
  private *adminCommand(fields: AdminFields): KernelThread<AdminResult> {
    const queue = new WaitQueue()
    const outcome: { done: AdminResult | null } = { done: null }
    const channel = present(this.admin, 'an admin queue')
    this.watch?.arm()
    const started = channel.submit({
      nsid: 0, buffer: null, cdw11: 0, cdw12: 0, ...fields,
    }, (status, value) => {
      outcome.done = { result: returnOfStatus(status), value }
      scheduler().wakeAll(queue)
    })
    if (started !== kIOReturnSuccess) return { result: started, value: 0 }
    const deadlineNs = scheduler().nowNs + COMMAND_TIMEOUT_NS
    while (outcome.done === null) {
      scheduler().assertWait(queue, deadlineNs)
      if ((yield) === THREAD_TIMED_OUT) return { result: kIOReturnTimeout, value: 0 }
    }
    return outcome.done
  }

  private *shutDown(): KernelThread {
    const { registers } = this
    if (registers === null) return
    registers.write32(Reg.CC, registers.read32(Reg.CC) | CC.shutdownNormal)
    const deadlineNs = scheduler().nowNs + TIMEOUT_UNIT_NS
    while (scheduler().nowNs < deadlineNs) {
      const status = registers.read32(Reg.CSTS)
      if (status === 0xffffffff || (status & CSTS.shutdownMask) === CSTS.shutdownDone) return
      yield* sleep(POLL_NS)
    }
  }

  /** What System Information and the storage drivers ask of a controller. */
  private publishProperties(data: ControllerData): void {
    const bytes = data.maxTransferBytes
    const long = (value: number): PlainValue => ({ number: value, bits: 64 })
    const version = present(this.registers, 'mapped registers').read32(Reg.VS)
    const properties: Record<string, PlainValue> = {
      IOMaximumByteCountRead: long(bytes), IOMaximumByteCountWrite: long(bytes),
      IOMaximumSegmentCountRead: long(bytes / PAGE_BYTES),
      IOMaximumSegmentCountWrite: long(bytes / PAGE_BYTES),
      IOMaximumSegmentByteCountRead: long(PAGE_BYTES), IOMaximumSegmentByteCountWrite: long(PAGE_BYTES),
      IOMinimumSegmentAlignmentByteCount: long(
        this.minimumSegmentAlignment,
      ), IOCommandPoolSize: long(this.commandPoolSize),
      'Model Number': data.modelNumber, 'Serial Number': data.serialNumber,
      'Firmware Revision': data.firmwareRevision,
      'Vendor Name': data.vendorId === APPLE_VENDOR ? 'Apple' : 'Generic', 'Chipset Name': 'SSD Controller',
      'Physical Interconnect': this.physicalInterconnect, 'Physical Interconnect Location': 'Internal',
      'NVMe Revision Supported': `${version >>> 16}.${(version >>> 8) & 0xff}0`,
      'Controller Characteristics': { 'Preferred IO Size': long(bytes) },
    }
    for (const [key, value] of Object.entries(properties)) {
      const object = toOSObject(value)
      this.setProperty(key, object)
      object.release()
    }
  }
}

interface AdminFields {
  readonly opcode: number
  readonly nsid?: number
  readonly buffer?: IOBufferMemoryDescriptor
  /** Queue memory: goes into the first PRP as it is. */
  readonly address?: number
  readonly cdw10: number
  readonly cdw11?: number
}

function writeAddress(registers: IOMemoryMap, offset: number, address: number): void {
  registers.write32(offset, address % 4294967296)
  registers.write32(offset + 4, Math.floor(address / 4294967296))
}

function* sleep(ns: number): KernelThread {
  scheduler().assertWait(new WaitQueue(), scheduler().nowNs + ns)
  yield
}
