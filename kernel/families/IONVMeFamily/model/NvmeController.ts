import { assert, type Scheduler, type TimedEvent } from '../../../sim/index.ts'
import { guestError, RegisterFile, type RegisterDefinition } from '../../../hardware/index.ts'
import { AsyncEvent, PAGE_BYTES, Status } from '../bits.ts'
import { ANS_BOOT_READY, CC, CSTS, Reg } from '../registers.ts'
import { completeAdmin } from './admin.ts'
import { AsyncEvents } from './AsyncEvents.ts'
import { Coalescing } from './Coalescing.ts'
import { Features } from './Features.ts'
import { completeIo, serviceNs } from './io.ts'
import type { NvmeBus } from './NvmeBus.ts'
import { NvmeCommand } from './NvmeCommand.ts'
import type { NvmeNamespace } from './NvmeNamespace.ts'
import { PrpWalker } from './PrpWalker.ts'
import { CompletionQueue, SubmissionQueue } from './queues.ts'
import type { NvmeSettings } from './settings.ts'
import { SmartCounters } from './SmartCounters.ts'

type RegisterName =
  | 'CAP' | 'VS' | 'INTMS' | 'INTMC' | 'CC' | 'CSTS' | 'NSSR' | 'AQA' | 'ASQ' | 'ACQ'
  | 'DOORBELL' | 'BOOT_STATUS'

export const REGISTER_BYTES = 0x2000
const SHUTDOWN_NS = 4_000_000
const PAGE_SIZE_MAX_SHIFT = 4

/**
 * An NVM Express 1.4 controller: registers, queues, arbitration and completion. Knows no bus; commands are
 * served in `admin.ts` and `io.ts`. Clauses refer to the base specification 1.4.
 */
export class NvmeController {
  readonly registers: RegisterFile<RegisterName>
  readonly namespaces = new Map<number, NvmeNamespace>()
  readonly submissions = new Map<number, SubmissionQueue>()
  readonly completions = new Map<number, CompletionQueue>()
  readonly features: Features
  readonly smart = new SmartCounters()
  readonly walker: PrpWalker
  readonly asyncEvents = new AsyncEvents(this)
  /** Commands in service, for abort and reset. */
  readonly active: NvmeCommand[] = []
  private readonly coalescing = new Coalescing(this)
  private readonly free: NvmeCommand[] = []
  private readonly channelFreeNs: Float64Array
  private readonly toServe: SubmissionQueue[] = []
  private readonly fetch: TimedEvent = {
    queueSlot: -1, eventName: 'NVMe fetch', fire: () => this.fetchAll(),
  }
  private readonly ready: TimedEvent = {
    queueSlot: -1, eventName: 'NVMe ready', fire: () => this.becomeReady(),
  }
  private readonly shutdown: TimedEvent = {
    queueSlot: -1, eventName: 'NVMe shutdown', fire: () => this.shutDown(),
  }

  constructor(
    readonly name: string, readonly settings: NvmeSettings, readonly bus: NvmeBus, readonly clock: Scheduler,
  ) {
    assert(
      settings.ioQueues >= 1 && settings.ioQueues <= 64, 'an NVMe controller has 1 to 64 I/O queue pairs',
    )
    this.features = new Features(settings)
    this.walker = new PrpWalker(bus)
    this.channelFreeNs = new Float64Array(settings.timing.channels)
    this.registers = new RegisterFile(name, REGISTER_BYTES, this.table())
  }

  /** Power-on, bus or function reset. */
  reset(): void {
    this.disable()
    this.registers.resetAll()
    this.features.reset()
    for (const event of [this.ready, this.shutdown]) this.clock.events.cancel(event)
  }

  /** Posts the outcome of a command and gives it back. */
  complete(command: NvmeCommand, status: number, result: number): void {
    const { queue, cid } = command
    this.release(command)
    queue.end(cid)
    if (status !== Status.success && status !== Status.abortRequested) this.smart.errorEntries++
    this.post(queue.completion, { sqId: queue.id, sqHead: queue.head, cid, status, result })
  }

  /** Called by a command's event. */
  finish(command: NvmeCommand): void {
    if (command.status >= 0) this.complete(command, command.status, command.result)
    else if (command.queue.id === 0) completeAdmin(this, command)
    else completeIo(this, command)
  }

  /** Ends commands of a deleted queue. */
  abortQueue(queue: SubmissionQueue): void {
    for (const command of this.active.filter((candidate) => candidate.queue === queue)) {
      this.clock.events.cancel(command)
      this.complete(command, Status.abortedBySqDeletion, 0)
    }
  }

  /** Signals the interrupt of a completion queue. */
  interrupt(queue: CompletionQueue): void {
    if (!queue.interrupt.enabled) return
    if (this.bus.messagesEnabled) this.bus.message(queue.interrupt.vector)
    else this.updateInterrupt()
  }

  private table(): Record<RegisterName, RegisterDefinition> {
    const { settings } = this
    const capLow = (settings.queueEntries - 1) | (1 << 16) | (0x14 << 24)
    const capHigh = (1 << 5) | (PAGE_SIZE_MAX_SHIFT << 20)
    const cap = (BigInt(capHigh) << 32n) | BigInt(capLow >>> 0)
    return {
      CAP: { offset: Reg.CAP, width: 64, access: 'ro', reset: cap, clause: '3.1.1', fields: {
        MQES: { low: 0, width: 16 }, CQR: { low: 16, width: 1 }, TO: { low: 24, width: 8 },
        DSTRD: { low: 32, width: 4 }, CSS: { low: 37, width: 8 },
        MPSMIN: { low: 48, width: 4 }, MPSMAX: { low: 52, width: 4 },
      } },
      VS: { offset: Reg.VS, access: 'ro', reset: settings.version, clause: '3.1.2' },
      INTMS: { offset: Reg.INTMS, access: 'w1s', clause: '3.1.3', write: (value) => this.maskChanged(value) },
      INTMC: { offset: Reg.INTMC, access: 'w1c', clause: '3.1.4', write: (value) => this.maskChanged(value) },
      CC: { offset: Reg.CC, writable: 0x00fffff1, clause: '3.1.5',
        write: (value, former) => this.configure(value, former),
        fields: { EN: { low: 0, width: 1 }, CSS: { low: 4, width: 3 }, MPS: { low: 7, width: 4 },
          AMS: { low: 11, width: 3 }, SHN: { low: 14, width: 2 }, IOSQES: { low: 16, width: 4 },
          IOCQES: { low: 20, width: 4 } } },
      CSTS: { offset: Reg.CSTS, access: 'ro', clause: '3.1.6',
        fields: { RDY: { low: 0, width: 1 }, CFS: { low: 1, width: 1 }, SHST: { low: 2, width: 2 } } },
      NSSR: { offset: Reg.NSSR, access: 'ro', clause: '3.1.7' },
      AQA: { offset: Reg.AQA, writable: 0x0fff0fff, clause: '3.1.8',
        fields: { ASQS: { low: 0, width: 12 }, ACQS: { low: 16, width: 12 } } },
      ASQ: { offset: Reg.ASQ, width: 64, clause: '3.1.9' },
      ACQ: { offset: Reg.ACQ, width: 64, clause: '3.1.10' },
      DOORBELL: { offset: Reg.doorbells, access: 'wo', count: 2 * (settings.ioQueues + 1), clause: '3.1.24',
        write: (value, _former, index) => this.ringDoorbell(index >> 1, (index & 1) === 1, value & 0xffff) },
      BOOT_STATUS: {
        offset: Reg.ansBootStatus, access: 'ro', reset: settings.ansBootStatus ? ANS_BOOT_READY : 0,
      },
    }
  }

  private maskChanged(value: number): void {
    this.registers.set('INTMS', value)
    this.registers.set('INTMC', value)
    this.updateInterrupt()
  }

  private configure(value: number, former: number): void {
    if ((value & CC.enable) !== 0 && (former & CC.enable) === 0) this.enable(value)
    else if ((value & CC.enable) === 0 && (former & CC.enable) !== 0) this.disable()
    const shutdown = value & CC.shutdownMask
    if (shutdown !== 0 && shutdown !== (former & CC.shutdownMask)) {
      this.registers.setField('CSTS', 'SHST', 1)
      this.clock.events.cancel(this.shutdown)
      this.clock.events.schedule(this.shutdown, this.clock.nowNs + SHUTDOWN_NS)
    }
  }

  private enable(value: number): void {
    this.registers.set('CSTS', 0)
    const pageShift = (value >>> CC.pageShiftLow) & 0xf
    if (pageShift !== 0 || ((value >>> 4) & 7) !== 0) {
      guestError(this.name, `CC 0x${value.toString(16)}: only 4 KiB pages and the NVM command set are served`)
      this.registers.setField('CSTS', 'CFS', 1)
      return
    }
    this.clock.events.schedule(this.ready, this.clock.nowNs + this.settings.timing.readyNs)
  }

  private becomeReady(): void {
    const { registers } = this
    const [sqBase, cqBase] = [registers.getAddress('ASQ'), registers.getAddress('ACQ')]
    const [sqSize, cqSize] = [registers.field('AQA', 'ASQS') + 1, registers.field('AQA', 'ACQS') + 1]
    if (sqBase % PAGE_BYTES !== 0 || cqBase % PAGE_BYTES !== 0 || sqSize < 2 || cqSize < 2) {
      guestError(this.name, 'admin queue registers are not valid')
      registers.setField('CSTS', 'CFS', 1)
      return
    }
    const admin = new CompletionQueue(this.bus, 0, cqBase, cqSize, { enabled: true, vector: 0 })
    admin.users = 1
    this.completions.set(0, admin)
    this.submissions.set(0, new SubmissionQueue(this.bus, 0, sqBase, sqSize, admin))
    registers.setField('CSTS', 'RDY', 1)
  }

  private disable(): void {
    for (const command of this.active.slice()) {
      this.clock.events.cancel(command)
      this.release(command)
    }
    for (const event of [this.fetch, this.ready, this.shutdown]) this.clock.events.cancel(event)
    this.toServe.length = 0
    this.submissions.clear()
    this.completions.clear()
    this.asyncEvents.reset()
    this.coalescing.reset()
    this.channelFreeNs.fill(0)
    this.registers.set('CSTS', 0)
    for (const name of ['INTMS', 'INTMC'] as const) this.registers.set(name, 0)
    this.updateInterrupt()
  }

  private shutDown(): void {
    for (const namespace of this.namespaces.values()) namespace.image.flush()
    this.registers.setField('CSTS', 'SHST', CSTS.shutdownDone >> 2)
  }

  private ringDoorbell(id: number, completion: boolean, value: number): void {
    const queue = completion ? this.completions.get(id) : this.submissions.get(id)
    if (queue === undefined) {
      guestError(this.name, `doorbell of queue ${id}, which does not exist`)
      this.asyncEvents.report(AsyncEvent.invalidDoorbellRegister)
      return
    }
    if (value >= queue.size) {
      guestError(this.name, `doorbell value ${value} beyond queue ${id} of ${queue.size}`)
      this.asyncEvents.report(AsyncEvent.invalidDoorbellValue)
      return
    }
    if (queue instanceof CompletionQueue) this.consume(queue, value)
    else this.submit(queue, value)
  }

  private submit(queue: SubmissionQueue, tail: number): void {
    queue.tail = tail
    if (queue.head === tail || this.toServe.includes(queue)) return
    this.toServe.push(queue)
    if (this.fetch.queueSlot !== -1) return
    this.clock.events.schedule(this.fetch, this.clock.nowNs + this.settings.timing.fetchNs)
  }

  private consume(queue: CompletionQueue, head: number): void {
    queue.head = head
    while (queue.held.length > 0 && !queue.full) this.store(queue, queue.held.shift()!)
    this.updateInterrupt()
  }

  /** Round robin over the queues with work, one command each (4.13.1). */
  private fetchAll(): void {
    while (this.toServe.length > 0) {
      const queue = this.toServe.shift()!
      if (queue.head === queue.tail) continue
      if (!queue.fetch()) {
        guestError(
          this.name, `cannot fetch from queue ${queue.id}: bus mastering is off or memory is missing`,
        )
        this.registers.setField('CSTS', 'CFS', 1)
        return
      }
      this.begin(queue)
      if (queue.head !== queue.tail) this.toServe.push(queue)
    }
  }

  private begin(queue: SubmissionQueue): void {
    const command = this.free.pop() ?? new NvmeCommand(this)
    command.load(queue)
    command.listIndex = this.active.length
    this.active.push(command)
    if (!queue.begin(command.cid)) command.status = Status.commandIdConflict | Status.doNotRetry
    const delay = queue.id === 0 ? this.settings.timing.adminNs : serviceNs(this, command)
    this.clock.events.schedule(command, queue.id === 0 ? this.clock.nowNs + delay : this.channelEnd(delay))
  }

  /** When a command of `serviceNs` ends on the flash channel that is free first. */
  private channelEnd(serviceTimeNs: number): number {
    const free = this.channelFreeNs
    let best = 0
    for (let channel = 1; channel < free.length; channel++) if (free[channel]! < free[best]!) best = channel
    const end = Math.max(free[best]!, this.clock.nowNs) + serviceTimeNs
    free[best] = end
    return end
  }

  private release(command: NvmeCommand): void {
    const last = this.active.pop()!
    if (last !== command) {
      this.active[command.listIndex] = last
      last.listIndex = command.listIndex
    }
    command.listIndex = -1
    this.free.push(command)
  }

  private post(queue: CompletionQueue, entry: Parameters<CompletionQueue['post']>[0]): void {
    if (queue.full) queue.held.push(entry)
    else this.store(queue, entry)
  }

  private store(queue: CompletionQueue, entry: Parameters<CompletionQueue['post']>[0]): void {
    if (!queue.post(entry)) {
      guestError(this.name, `cannot write a completion to queue ${queue.id}: bus mastering is off`)
      this.registers.setField('CSTS', 'CFS', 1)
      return
    }
    if (queue.id === 0 || !this.coalescing.holdsBack(queue)) this.interrupt(queue)
  }

  /** Derives the wired interrupt: any unmasked completion queue with entries (7.6.1). */
  private updateInterrupt(): void {
    if (this.bus.messagesEnabled) return
    const masked = this.registers.get('INTMS')
    let asserted = false
    for (const queue of this.completions.values()) {
      if (queue.interrupt.enabled && !queue.empty && (
        masked & (1 << queue.interrupt.vector)
      ) === 0) asserted = true
    }
    this.bus.setWire(asserted)
  }
}

