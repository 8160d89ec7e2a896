import { DeviceModel, RegisterFile, guestError, type InterruptLine, type RegisterGroup, type ResetPhase }
  from '../../../hardware/index.ts'
import { ASC_BYTES, AscRegister, CPU_CONTROL_RUN, CPU_STATUS_STOPPED, MailboxControl } from '../registers.ts'
import { RtkitFirmware, type MailboxMessage } from './RtkitFirmware.ts'

const FIFO_DEPTH = 16

type Name =
  | 'CPU_CONTROL' | 'CPU_STATUS' | 'A2I_CONTROL' | 'I2A_CONTROL'
  | 'A2I_SEND0' | 'A2I_SEND0_HIGH' | 'A2I_SEND1' | 'A2I_SEND1_HIGH' | 'I2A_RECV0' | 'I2A_RECV1'

export interface AscLines {
  readonly sendEmpty: InterruptLine
  readonly receiveNotEmpty: InterruptLine
}

/** What an ASC is made from. */
export interface AscSettings {
  /** Role as the device tree tells it (`ANS2`, `SMC` …). */
  readonly role: string
  /** Application endpoints of its firmware, counted from the first. */
  readonly endpoints: readonly number[]
  readonly lines: AscLines
}

/**
 * A coprocessor behind an ASC wrapper: run control and a pair of 128-bit mailbox FIFOs. Writing the high
 * half of SEND1 sends;
 * reading the high half of RECV1 takes the received message away.
 */
export class Asc extends DeviceModel {
  readonly role: string
  readonly registers: RegisterFile<Name>
  readonly firmware: RtkitFirmware
  private readonly received: MailboxMessage[] = []
  private readonly lines: AscLines

  constructor(name: string, settings: AscSettings) {
    super(name)
    this.role = settings.role
    this.lines = settings.lines
    this.firmware = new RtkitFirmware(this.clock, settings.endpoints, (message) => this.deliver(message))
    this.registers = new RegisterFile<Name>(name, ASC_BYTES, {
      CPU_CONTROL: { offset: AscRegister.cpuControl, writable: CPU_CONTROL_RUN,
        write: (value) => this.control(value),
        fields: { RUN: { low: 4, width: 1 } } },
      CPU_STATUS: { offset: AscRegister.cpuStatus, access: 'ro', read: () => this.status() },
      A2I_CONTROL: { offset: AscRegister.sendControl, access: 'ro', read: () => MailboxControl.empty },
      I2A_CONTROL: { offset: AscRegister.receiveControl, access: 'ro', read: () => this.receiveControl() },
      A2I_SEND0: { offset: AscRegister.send0, access: 'wo' },
      A2I_SEND0_HIGH: { offset: AscRegister.send0 + 4, access: 'wo' },
      A2I_SEND1: { offset: AscRegister.send1, access: 'wo', fields: { ENDPOINT: { low: 0, width: 8 } } },
      A2I_SEND1_HIGH: { offset: AscRegister.send1 + 4, access: 'wo', write: () => this.sent() },
      I2A_RECV0: { offset: AscRegister.receive0, width: 64, access: 'ro',
        read: (_, half) => this.receive0(half) },
      I2A_RECV1: { offset: AscRegister.receive1, width: 64, access: 'ro',
        read: (_, half) => this.receive1(half) },
    })
  }

  override registerGroups(): readonly RegisterGroup[] {
    return [{ title: `ASC ${this.role}`, file: this.registers }]
  }

  override reset(phase: ResetPhase): void {
    if (phase === 'hold') {
      this.registers.resetAll()
      this.received.length = 0
      this.firmware.stop()
    }
    this.updateInterrupt()
  }

  private get running(): boolean {
    return (this.registers.get('CPU_CONTROL') & CPU_CONTROL_RUN) !== 0
  }

  private control(value: number): void {
    if ((value & CPU_CONTROL_RUN) !== 0) this.firmware.boot()
    else this.firmware.stop()
  }

  private status(): number {
    return this.running ? 0 : CPU_STATUS_STOPPED
  }

  private receiveControl(): number {
    if (this.received.length === 0) return MailboxControl.empty
    return this.received.length >= FIFO_DEPTH ? MailboxControl.full : 0
  }

  /** The last half of the pair was written: the message is complete. */
  private sent(): void {
    if (!this.running) {
      guestError(this.name, 'a message to a coprocessor that does not run')
      return
    }
    const { registers } = this
    const message = (BigInt(registers.get('A2I_SEND0_HIGH')) << 32n) | BigInt(registers.get('A2I_SEND0'))
    this.firmware.receive({ endpoint: registers.get('A2I_SEND1') & 0xff, message })
  }

  private receive0(half: number): number {
    const message = this.received[0]?.message ?? 0n
    return Number((message >> BigInt(32 * half)) & 0xffffffffn)
  }

  private receive1(half: number): number {
    const endpoint = this.received[0]?.endpoint ?? 0
    if (half === 0) return endpoint
    this.received.shift()
    this.updateInterrupt()
    return 0
  }

  private deliver(message: MailboxMessage): void {
    this.received.push(message)
    this.updateInterrupt()
  }

  private updateInterrupt(): void {
    this.lines.receiveNotEmpty.set(this.received.length > 0)
    this.lines.sendEmpty.set(false)
  }
}
