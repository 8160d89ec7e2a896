import type { Scheduler, TimedEvent } from '../../../sim/index.ts'
import {
  FIRST_APPLICATION_ENDPOINT, Management, PowerState, RTKIT_VERSION_MAX, RTKIT_VERSION_MIN, Reporting,
  SystemEndpoint,
  bufferAddress, bufferMessage, endpointBlock, messageType, startedEndpoint, typedMessage, versionMax,
  versionMin,
  versionRange,
} from '../rtkit.ts'

/** A message in a mailbox: 64 bits and the endpoint it is for. */
export interface MailboxMessage {
  readonly endpoint: number
  readonly message: bigint
}

/** How long the coprocessor takes from RUN to its first word, and over one message. */
const START_NS = 1_500_000
const MESSAGE_NS = 4_000
const REPORTING_PAGES = 4

/**
 * The operating system of a coprocessor as its mailbox shows it: says hello, tells its endpoints, starts
 * them,
 * follows power states, asks for its reporting buffer. What an application endpoint would say is not
 * modelled.
 */
export class RtkitFirmware implements TimedEvent {
  queueSlot = -1
  power: number = PowerState.off
  version = 0
  reportingAddress = 0
  readonly started = new Set<number>()
  private readonly waiting: MailboxMessage[] = []
  private booting = false

  constructor(
    private readonly clock: Scheduler,
    /** Application endpoints, counted from the first one. */
    readonly endpoints: readonly number[],
    private readonly send: (message: MailboxMessage) => void,
  ) {}

  /** The RUN bit was set. */
  boot(): void {
    if (this.queueSlot !== -1 || this.power === PowerState.on) return
    this.booting = true
    this.clock.events.schedule(this, this.clock.nowNs + START_NS)
  }

  /** Power was lost or the RUN bit was cleared. */
  stop(): void {
    this.clock.events.cancel(this)
    this.waiting.length = 0
    this.started.clear()
    this.booting = false
    this.power = PowerState.off
    this.version = 0
    this.reportingAddress = 0
  }

  /** A message from the application processor; it is read a moment later. */
  receive(message: MailboxMessage): void {
    this.waiting.push(message)
    if (this.queueSlot === -1) this.clock.events.schedule(this, this.clock.nowNs + MESSAGE_NS)
  }

  fire(): void {
    if (this.booting) {
      this.booting = false
      this.manage(typedMessage(Management.hello, versionRange(RTKIT_VERSION_MIN, RTKIT_VERSION_MAX)))
    } else {
      const next = this.waiting.shift()
      if (next !== undefined) this.handle(next)
    }
    if (this.waiting.length > 0) this.clock.events.schedule(this, this.clock.nowNs + MESSAGE_NS)
  }

  private handle({ endpoint, message }: MailboxMessage): void {
    if (endpoint === SystemEndpoint.management) this.handleManagement(message)
    else if (endpoint === SystemEndpoint.ioReporting && messageType(message) === Reporting.bufferRequest) {
      this.reportingAddress = bufferAddress(message)
    }
  }

  private handleManagement(message: bigint): void {
    switch (messageType(message)) {
      case Management.helloReply:
        this.version = Math.min(versionMax(message), RTKIT_VERSION_MAX)
        if (versionMin(message) <= RTKIT_VERSION_MAX) this.tellEndpoints()
        break
      case Management.startEndpoint:
        this.start(startedEndpoint(message))
        break
      case Management.setIopPower:
        this.power = Number(message & 0xffffn)
        this.manage(typedMessage(Management.iopPowerAck, BigInt(this.power)))
        break
      case Management.setApPower:
        this.manage(typedMessage(Management.setApPower, message & 0xffffn))
        break
    }
  }

  private tellEndpoints(): void {
    const blocks =
      new Map<number, number>([[0, (1 << SystemEndpoint.management) | (1 << SystemEndpoint.ioReporting)]])
    for (const number of this.endpoints) {
      const endpoint = FIRST_APPLICATION_ENDPOINT + number
      blocks.set(endpoint >> 5, (blocks.get(endpoint >> 5) ?? 0) | (1 << (endpoint & 31)))
    }
    const ordered = [...blocks].toSorted((a, b) => a[0] - b[0])
    ordered.forEach(([block, bitmap], index) => {
      this.manage(endpointBlock(block, bitmap, index === ordered.length - 1))
    })
  }

  private start(endpoint: number): void {
    this.started.add(endpoint)
    if (endpoint === SystemEndpoint.ioReporting) {
      this.send({ endpoint, message: bufferMessage(REPORTING_PAGES, 0) })
    }
  }

  private manage(message: bigint): void {
    this.send({ endpoint: SystemEndpoint.management, message })
  }
}
