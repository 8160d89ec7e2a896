import { kernelState, scheduler } from '../sim/index.ts'

/**
 * What a record tells: a mistake of the guest's software, an access nobody answered, or an ordinary event.
 */
export type HardwareRecordKind = 'guestError' | 'busError' | 'event'

/** One line of the hardware trace. */
export interface HardwareRecord {
  readonly timeNs: number
  readonly kind: HardwareRecordKind
  readonly device: string
  readonly message: string
}

const CAPACITY = 4096

class HardwareLog {
  readonly ring: HardwareRecord[] = []
  total = 0
}

const log = kernelState(() => new HardwareLog())

function add(kind: HardwareRecordKind, device: string, message: string): void {
  const state = log()
  const record = { timeNs: scheduler().nowNs, kind, device, message }
  state.ring[state.total % CAPACITY] = record
  state.total++
}

/** Notes that the guest's software misused `device`; the device goes on as real silicon would. */
export function guestError(device: string, message: string): void {
  add('guestError', device, message)
}

/** Notes an access that no device answered. */
export function busError(device: string, message: string): void {
  add('busError', device, message)
}

/** Notes something worth seeing in the hardware trace. */
export function hardwareEvent(device: string, message: string): void {
  add('event', device, message)
}

/** The newest records, oldest first. */
export function hardwareRecords(): HardwareRecord[] {
  const { ring, total } = log()
  if (total <= CAPACITY) return ring.slice()
  const split = total % CAPACITY
  return [...ring.slice(split), ...ring.slice(0, split)]
}

/** Records ever made: tells a reader whether the ring has dropped some. */
export function hardwareRecordCount(): number {
  return log().total
}
