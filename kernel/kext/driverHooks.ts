import { frameStack, KernelPanic, panic } from '../mach/index.ts'
import { AssertionError, scheduler, type Frame } from '../sim/index.ts'
import type { DriverHooks, DriverSymbol } from './DriverEvaluator.ts'

/** Loop turns and calls that driver code may spend in one dispatch before it counts as hung. */
export const DRIVER_STEP_BUDGET = 500_000

/** Simulated text bytes per source line: where a function stands in its kext. */
const BYTES_PER_LINE = 64

/** Offset of a call or fault from the beginning of its function. */
const OFFSET_IN_FUNCTION = 0x1c

/** Size of a driver's simulated text. */
export function textSizeBytes(source: string): number {
  return Math.max(0x1000, Math.ceil(((source.split('\n').length + 2) * BYTES_PER_LINE) / 0x1000) * 0x1000)
}

/** Frames, faults and step budget of one driver's code. */
export function driverHooks(bundle: string, symbols: readonly DriverSymbol[]): DriverHooks {
  const frames = symbols.map(({ symbol, line }): Frame =>
    ({ bundle, symbol, offset: line * BYTES_PER_LINE + OFFSET_IN_FUNCTION }))
  let dispatch = -1
  let spent = 0
  return {
    enter(index) {
      const stack = frameStack()
      const frame = frames[index]!
      const { top } = stack
      const isEnteredAlready = top !== null && top.bundle === bundle && sameMethod(top.symbol, frame.symbol)
      if (isEnteredAlready) stack.cut(stack.depth - 1)
      const depth = stack.push(frame)
      return isEnteredAlready ? depth + 1 : depth
    },
    leave(depth) {
      const stack = frameStack()
      if (stack.depth > depth) stack.cut(depth)
    },
    fault: (error) => kernelFault(error, bundle),
    step() {
      const { steps } = scheduler()
      if (steps !== dispatch) {
        dispatch = steps
        spent = 0
      }
      if (++spent > DRIVER_STEP_BUDGET) {
        panic(`Kernel thread hung: ${bundle} ran ${DRIVER_STEP_BUDGET} loop turns without giving up the processor`)
      }
    },
  }
}

/** `Disk::start` and `Disk::start(IOService*)` name one method. */
function sameMethod(a: string, b: string): boolean {
  return a.split('(', 1)[0] === b.split('(', 1)[0]
}

/**
 * What a JavaScript error means to the machine: reading or writing through undefined or null is a page fault near
 * zero, calling it is a jump to zero, running out of stack is a double fault.
 */
function kernelFault(error: unknown, bundle: string): unknown {
  if (error instanceof KernelPanic || error instanceof AssertionError) return error
  const name = error instanceof Error ? error.name : ''
  const message = error instanceof Error ? error.message : String(error)
  if (name === 'RangeError' && /call stack/iu.test(message)) return caught(() => panic(`Double fault: ${bundle} overflowed its kernel stack`))
  if (name === 'TypeError' || name === 'ReferenceError') {
    const access = /^Cannot set /u.test(message) ? 'write' : /is not a (function|constructor)/u.test(message) ? 'execute' : 'read'
    const property = /(?:reading|setting) '([^']*)'/u.exec(message)?.[1]
    const address = access === 'execute' || property === undefined ? 0n : fieldOffset(property)
    return caught(() => panic(`Kernel trap: ${message}`, { fault: { kind: 'page-fault', address, access } }))
  }
  return caught(() => panic(`Kernel trap: uncaught ${name || typeof error} in ${bundle}: ${message}`,
    { fault: { kind: 'undefined-instruction', address: 0n, access: 'execute' } }))
}

/** A stable offset for a field name, as a compiler's layout would give one: a small multiple of eight. */
function fieldOffset(property: string): bigint {
  let sum = 0
  for (let i = 0; i < property.length; i++) sum = (sum * 31 + property.charCodeAt(i)) & 0xffff
  return BigInt(8 + (sum % 63) * 8)
}

function caught(body: () => never): unknown {
  try {
    return body()
  } catch (error) {
    return error
  }
}
