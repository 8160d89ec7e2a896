import { expect, it } from 'vitest'
import { firstPanic, KernelPanic, stackOverflow } from '../mach/index.ts'
import { Simulation } from '../sim/index.ts'
import { OSArray } from './index.ts'

/** An array that holds itself. */
function ring(): OSArray {
  const array = OSArray.withCapacity(1)
  array.setObject(array)
  return array
}

it('two rings that are compared overflow the kernel stack: a double fault, no error of the host', () => {
  new Simulation(1).enter(() => {
    const [one, other] = [ring(), ring()]
    let caught: unknown = null
    try {
      one.isEqualTo(other)
    } catch (error) {
      caught = error
    }
    const fault = stackOverflow(caught)
    expect(fault).toBeInstanceOf(KernelPanic)
    expect(fault!.message).toBe('Double fault: a thread overflowed its kernel stack')
    expect(firstPanic()).toBe(fault)
    expect(stackOverflow(new RangeError('Invalid array length'))).toBeNull()
  })
})
