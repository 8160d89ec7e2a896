import type { IOMemoryMap } from '../../../iokit/memory/index.ts'
import { deviceTreeTexts } from '../../../iokit/platform/index.ts'
import { gIODTPlane } from '../../../iokit/registry/index.ts'
import { IOService } from '../../../iokit/service/index.ts'
import { IOInterruptEventSource, IOWorkLoop } from '../../../iokit/workloop/index.ts'
import { defineMetaClass, type OSMetaClass } from '../../../libkern/index.ts'
import { present, wait, type KernelThread } from '../../../sim/index.ts'
import { AscRegister, CPU_CONTROL_RUN, MailboxControl, MailboxInterrupt } from '../registers.ts'
import { AppleA7IOPNub } from './AppleA7IOPNub.ts'

/** Base of a coprocessor's processor, as the platform sees it. */
export class IOSlaveCPU extends IOService {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOSlaveCPU', IOSlaveCPU, IOService, { abstract: true })
}

/** A coprocessor with mailboxes. */
export class AppleA7IOP extends IOSlaveCPU {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('AppleA7IOP', AppleA7IOP, IOSlaveCPU, { abstract: true })
}

/** The fourth generation of its wrapper. */
export class AppleA7IOPV4 extends AppleA7IOP {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('AppleA7IOPV4', AppleA7IOPV4, AppleA7IOP, { abstract: true })
}

/** Told of each message that comes from the coprocessor. Work-loop context. */
export type MailboxReceiver = (endpoint: number, message: bigint) => void

/** Drives the ASC wrapper of a coprocessor: run control and mailboxes. Publishes the firmware's nub. */
export class AppleASCWrapV4 extends AppleA7IOPV4 {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('AppleASCWrapV4', AppleASCWrapV4, AppleA7IOPV4)

  private registers: IOMemoryMap | null = null
  private receiver: MailboxReceiver | null = null

  /**
   * Maps the wrapper, listens to its mailbox, publishes the firmware's nub; it stays unregistered. Matching
   * thread.
   */
  override *start(provider: IOService): KernelThread<boolean> {
    if (!(yield* wait(super.start(provider)))) return false
    this.registers = provider.mapDeviceMemoryWithIndex(0)
    if (this.registers === null) return false
    const role = deviceTreeTexts(provider.getProperty('role'))[0]
    if (role !== undefined) this.setProperty('role', role)
    const workLoop = IOWorkLoop.workLoop()
    const source = yield* wait(IOInterruptEventSource.interruptEventSource(
      this, () => this.drainMailbox(), provider, MailboxInterrupt.receiveNotEmpty,
    ))
    if (source === null) return false
    workLoop.addEventSource(source)
    source.enable()
    for (const entry of provider.children(gIODTPlane)) {
      const nub = new AppleA7IOPNub()
      if (!nub.initWithEntry(entry, gIODTPlane)) continue
      nub.attach(this)
      nub.registerService()
      nub.release()
    }
    return true
  }

  /** Lets the coprocessor run; its messages go to `receiver`. */
  run(receiver: MailboxReceiver): void {
    this.receiver = receiver
    const control = this.map.read32(AscRegister.cpuControl)
    this.map.write32(AscRegister.cpuControl, control | CPU_CONTROL_RUN)
  }

  /** Sends one message. Any thread. */
  sendMessage(endpoint: number, message: bigint): void {
    this.map.write64(AscRegister.send0, message)
    this.map.write64(AscRegister.send1, BigInt(endpoint))
  }

  /** Takes every waiting message. Work-loop context. */
  private drainMailbox(): void {
    while ((this.map.read32(AscRegister.receiveControl) & MailboxControl.empty) === 0) {
      const message = this.map.read64(AscRegister.receive0)
      const endpoint = Number(this.map.read64(AscRegister.receive1) & 0xffn)
      this.receiver?.(endpoint, message)
    }
  }

  private get map(): IOMemoryMap {
    return present(this.registers, 'the wrapper has started')
  }
}
