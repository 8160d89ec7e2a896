import { IOService } from '../../../iokit/service/index.ts'
import { IOBufferMemoryDescriptor } from '../../../iokit/memory/index.ts'
import { deviceTreeTexts } from '../../../iokit/platform/index.ts'
import { OSDynamicCast, defineMetaClass, type OSMetaClass } from '../../../libkern/index.ts'
import { IOLog } from '../../../mach/index.ts'
import {
  THREAD_TIMED_OUT, WaitQueue, present, scheduler, wait, type KernelThread,
} from '../../../sim/index.ts'
import {
  AppleASCWrapV4, FIRST_APPLICATION_ENDPOINT, Management, PowerState, RTKIT_VERSION_MAX, RTKIT_VERSION_MIN,
  Reporting, SystemEndpoint, bufferMessage, bufferPages, endpointBlockReply, messageType, readEndpointBlock,
  startEndpoint,
  typedMessage, versionMax, versionMin, versionRange,
} from '../../AppleA7IOP/index.ts'
import { RTBuddyEndpointService, RTBuddyIOReportingEndpoint } from './endpoints.ts'

/** Longest wait for the coprocessor to come up. */
const START_TIMEOUT_NS = 1_000_000_000
const PAGE_BYTES = 4096

/** Base of what speaks for a coprocessor. */
export class IOSlaveProcessor extends IOService {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOSlaveProcessor', IOSlaveProcessor, IOService, { abstract: true })
}

/** The companion of a coprocessor that runs RTKit. */
export class RTBuddy extends IOSlaveProcessor {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('RTBuddy', RTBuddy, IOSlaveProcessor, { abstract: true })
}

/**
 * Starts a coprocessor's RTKit and speaks its management protocol: versions, endpoints, power states, the
 * reporting buffer. Each application endpoint becomes a nub.
 */
export class RTBuddyV2 extends RTBuddy {
  static override readonly metaClass: OSMetaClass = defineMetaClass('RTBuddyV2', RTBuddyV2, RTBuddy)

  private iop: AppleASCWrapV4 | null = null
  private readonly endpoints = new Set<number>()
  private readonly changed = new WaitQueue()
  private mapComplete = false
  private running = false
  private reportingBuffer: IOBufferMemoryDescriptor | null = null

  /** Brings the coprocessor up and publishes its endpoints. Matching thread; blocks while firmware starts. */
  override *start(provider: IOService): KernelThread<boolean> {
    if (!(yield* wait(super.start(provider)))) return false
    const iop = OSDynamicCast(AppleASCWrapV4, provider.getProvider())
    const nub = iop?.getProvider() ?? null
    if (iop === null || nub === null) return false
    this.iop = iop
    const role = deviceTreeTexts(nub.getProperty('role'))[0] ?? ''
    this.setProperty('role', role)
    iop.run((endpoint, message) => this.receive(endpoint, message))
    if (!(yield* this.waitUntil(() => this.mapComplete))) return this.failed(role, 'tells no endpoints')
    this.manage(typedMessage(Management.setIopPower, BigInt(PowerState.on)))
    if (!(yield* this.waitUntil(() => this.running))) return this.failed(role, 'does not power up')
    this.startEndpoints()
    this.registerService()
    this.publishEndpoints(role)
    return true
  }

  override free(): void {
    this.reportingBuffer?.release()
    this.reportingBuffer = null
    super.free()
  }

  /** Numbers of the endpoints that the firmware told, in order. */
  endpointNumbers(): number[] {
    return [...this.endpoints].toSorted((a, b) => a - b)
  }

  private failed(role: string, why: string): false {
    IOLog(`RTBuddyV2: ${role} ${why}\n`)
    return false
  }

  private *waitUntil(condition: () => boolean): KernelThread<boolean> {
    const deadlineNs = scheduler().nowNs + START_TIMEOUT_NS
    while (!condition()) {
      scheduler().assertWait(this.changed, deadlineNs)
      if ((yield) === THREAD_TIMED_OUT) return condition()
    }
    return true
  }

  /** A message of the coprocessor. Work-loop context of the wrapper. */
  private receive(endpoint: number, message: bigint): void {
    if (endpoint === SystemEndpoint.management) this.receiveManagement(message)
    else if (endpoint === SystemEndpoint.ioReporting && messageType(message) === Reporting.bufferRequest) {
      this.giveReportingBuffer(bufferPages(message))
    }
    scheduler().wakeAll(this.changed)
  }

  private receiveManagement(message: bigint): void {
    switch (messageType(message)) {
      case Management.hello: {
        const version = Math.min(versionMax(message), RTKIT_VERSION_MAX)
        if (version < Math.max(versionMin(message), RTKIT_VERSION_MIN)) return
        this.setProperty('RTKitVersion', version, 32)
        this.manage(typedMessage(Management.helloReply, versionRange(version, version)))
        break
      }
      case Management.endpointMap: {
        const { block, bitmap, last } = readEndpointBlock(message)
        for (let bit = 0; bit < 32; bit++) {
          if ((bitmap & (1 << bit)) !== 0) this.endpoints.add(block * 32 + bit)
        }
        this.manage(endpointBlockReply(block, last))
        this.mapComplete ||= last
        break
      }
      case Management.iopPowerAck:
        this.running = Number(message & 0xffffn) === PowerState.on
        break
    }
  }

  private startEndpoints(): void {
    for (const endpoint of this.endpointNumbers()) {
      if (endpoint !== SystemEndpoint.management) this.manage(startEndpoint(endpoint))
    }
  }

  private publishEndpoints(role: string): void {
    if (this.endpoints.has(SystemEndpoint.ioReporting)) this.publish(new RTBuddyIOReportingEndpoint(), null)
    for (const endpoint of this.endpointNumbers()) {
      if (endpoint < FIRST_APPLICATION_ENDPOINT) continue
      this.publish(new RTBuddyEndpointService(),
        `${role}Endpoint${endpoint - FIRST_APPLICATION_ENDPOINT + 1}`)
    }
  }

  private publish(service: IOService, name: string | null): void {
    service.init()
    if (name !== null) service.setName(name)
    service.attach(this)
    service.registerService()
    service.release()
  }

  private giveReportingBuffer(pages: number): void {
    this.reportingBuffer ??= IOBufferMemoryDescriptor.withOptions(0, pages * PAGE_BYTES, PAGE_BYTES)
    const segment = this.reportingBuffer?.getPhysicalSegment(0)
    if (segment === undefined) return
    this.send(SystemEndpoint.ioReporting, bufferMessage(pages, segment.address))
  }

  private manage(message: bigint): void {
    this.send(SystemEndpoint.management, message)
  }

  private send(endpoint: number, message: bigint): void {
    present(this.iop, 'the companion has started').sendMessage(endpoint, message)
  }
}
