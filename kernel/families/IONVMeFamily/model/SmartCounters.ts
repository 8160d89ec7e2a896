import { SMART_LOG_BYTES, SmartLog } from '../bits.ts'

const UNIT_BYTES = 512_000
const NS_PER_MINUTE = 60_000_000_000

/** What the SMART log counts. Survives controller resets, as flash does. */
export class SmartCounters {
  temperatureKelvin = 308
  bytesRead = 0
  bytesWritten = 0
  reads = 0
  writes = 0
  busyNs = 0
  powerCycles = 1
  mediaErrors = 0
  errorEntries = 0

  /** The SMART / Health Information log page (5.14.1.2). */
  encode(nowNs: number): Uint8Array {
    const page = new Uint8Array(SMART_LOG_BYTES)
    const view = new DataView(page.buffer)
    view.setUint16(SmartLog.temperature, this.temperatureKelvin, true)
    page[SmartLog.availableSpare] = 100
    page[SmartLog.spareThreshold] = 10
    const counters: readonly [number, number][] = [
      [SmartLog.dataUnitsRead, Math.ceil(this.bytesRead / UNIT_BYTES)],
      [SmartLog.dataUnitsWritten, Math.ceil(this.bytesWritten / UNIT_BYTES)],
      [SmartLog.hostReads, this.reads], [SmartLog.hostWrites, this.writes],
      [SmartLog.busyMinutes, Math.floor(this.busyNs / NS_PER_MINUTE)],
      [SmartLog.powerCycles, this.powerCycles], [
        SmartLog.powerOnHours, Math.floor(nowNs / (60 * NS_PER_MINUTE)),
      ],
      [SmartLog.mediaErrors, this.mediaErrors], [SmartLog.errorEntries, this.errorEntries],
    ]
    for (const [offset, value] of counters) view.setBigUint64(offset, BigInt(value), true)
    return page
  }
}
