import { OSDictionary, OSNumber } from '../../../libkern/index.ts'

const KEYS = ['Bytes', 'Errors', 'Latency Time', 'Operations', 'Retries', 'Total Time'] as const
type Counter = (typeof KEYS)[number]

/** The `Statistics` dictionary of a block storage driver: live numbers, 64 bits each. */
export class TransferStatistics {
  readonly dictionary = OSDictionary.withCapacity(12)
  private readonly numbers = new Map<string, OSNumber>()

  constructor() {
    for (const key of KEYS) {
      for (const direction of ['Read', 'Write']) {
        const number = OSNumber.withNumber(0, 64)
        this.numbers.set(`${key} (${direction})`, number)
        this.dictionary.adopt(`${key} (${direction})`, number)
      }
    }
  }

  /** Counts a finished transfer. */
  record(isWrite: boolean, succeeded: boolean, bytes: number, timeNs: number): void {
    const direction = isWrite ? 'Write' : 'Read'
    this.add('Operations', direction, 1)
    this.add('Total Time', direction, timeNs)
    if (succeeded) this.add('Bytes', direction, bytes)
    else this.add('Errors', direction, 1)
  }

  /** Present value of a counter. */
  value(counter: Counter, isWrite: boolean): bigint {
    return this.numbers.get(`${counter} (${isWrite ? 'Write' : 'Read'})`)!.unsigned64BitValue()
  }

  private add(counter: Counter, direction: string, amount: number): void {
    this.numbers.get(`${counter} (${direction})`)!.addValue(amount)
  }
}
