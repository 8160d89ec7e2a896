import type { Problem } from '../Problem.ts'
import type { DeviceListFormat } from './DeviceList.ts'

/** Something that lists devices of one computer: a file, or the computer that the program runs on. */
export interface DeviceSource {
  readonly id: number
  readonly name: string
  /** A dump stands for itself; lists are joined. */
  readonly kind: 'list' | 'dump' | 'host'
  readonly formats: readonly DeviceListFormat[]
  readonly devices: number
  readonly problems: readonly Problem[]
}
