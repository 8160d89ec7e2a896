// A value gets every reading that it may have, the best first, whatever notation it comes in.
import { describe, expect, it } from 'vitest'
import { decodeValue } from '../index.ts'

const best = (text: string): readonly unknown[] => {
  const [first] = decodeValue(text).readings
  return first === undefined ? [] : [first.kind, first.name, first.meaning]
}

describe('decodeValue', () => {
  it.each([
    ['0xe00002bc', 'IOReturn', 'kIOReturnError', 'general error'],
    ['-536870212', 'IOReturn', 'kIOReturnError', 'general error'],
    ['3758097084', 'IOReturn', 'kIOReturnError', 'general error'],
    ['e00002c7', 'IOReturn', 'kIOReturnUnsupported', 'unsupported function'],
    ['kioreturnnotpermitted', 'IOReturn', 'kIOReturnNotPermitted', 'operation is not permitted'],
    ['0xe00002f0', 'IOReturn', 'kIOReturnNotFound', 'not found'],
    ['0xe0004057', 'IOReturn', null, 'I/O Kit error of the USB family, code 0x57'],
    ['-603946981', 'OSReturn', 'kOSKextReturnSystemPolicy', 'system policy'],
    ['5', 'kern_return', 'KERN_FAILURE', 'failure'],
    ['-308', 'mig_return', 'MIG_SERVER_DIED', 'server died'],
    ['0x10000003', 'mach_msg_return', 'MACH_SEND_INVALID_DEST', 'send: invalid dest'],
    ['0x1000500c', 'mach_msg_return', 'MACH_RCV_BODY_ERROR', 'receive: body error'],
    ['EBUSY', 'errno', 'EBUSY', 'Resource busy'],
    ['0xc001', 'unix error', 'EPERM', 'Operation not permitted (unix_err)'],
    ['0xe0000280', 'IOMessage', 'kIOMessageSystemWillSleep', 'system will sleep'],
    ['0x8badf00d', 'exit reason', 'ate bad food', 'the watchdog ended it: it did not launch, answer or end in time'],
    ['CODESIGNING 2', 'exit reason', 'CODESIGNING 2', 'a page of code does not match its signature'],
    ['Namespace DYLD, Code 0x1', 'exit reason', 'DYLD 1', 'a library that the program needs was not found'],
    ['0x4000000100000003, 0x1616c4b47edb2d74', 'EXC_GUARD', 'CLOSE', 'Guarded file descriptor 3 was closed.'],
    ['EXC_RESOURCE 0x6400000000000032 0x0', 'EXC_RESOURCE', 'FLAVOR_HIGH_WATERMARK', 'More memory than the limit of 50 MB.'],
    ['Failure code:: 0x00000008 00000014', 'sleep failure', 'kIOPMTracePointSleepPowerPlaneDrivers', 'calling power state change callbacks'],
    ['esr: 0x96000006', 'ESR', null, 'Data abort from the kernel, read, translation fault, level 2'],
    ['0x4150504c', 'FourCC', '\'APPL\'', 'four letters'],
    ['\'APPL\'', 'FourCC', '\'APPL\'', '0x4150504c'],
    ['bug_type 309', 'bug_type', null, 'Crash of a process'],
    ['309', 'bug_type', null, 'Crash of a process'],
    ['SIGSEGV', 'signal', 'SIGSEGV', 'signal 11'],
    ['EXC_GUARD', 'exception', 'EXC_GUARD', 'a guarded resource was misused'],
  ])('%s', (text, ...wanted) => {
    expect(best(text)).toEqual(wanted)
  })

  it('gives panic flags both meanings, or that of the header it is told', () => {
    const { readings } = decodeValue('panicFlags: 0x902')
    expect(readings.map(({ meaning }) => meaning)).toEqual([
      'on Apple silicon or a T2: a stackshot was taken; a companion processor outside the chip asked for the panic; '
      + 'the stackshot is compressed',
      'on an Intel Mac without a T2: a companion processor outside the chip asked for the panic; a core dump was written; '
      + 'the stackshot could not be compressed',
    ])
    expect(readings[0]!.parts[0]).toBe('0x2 STACKSHOT_SUCCEEDED: a stackshot was taken')
  })

  it('lists what a small number may be', () => {
    expect(decodeValue('9').readings.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'kern_return KERN_MEMORY_FAILURE', 'errno EBADF', 'signal SIGKILL', 'bug_type null', 'exception EXC_RPC_ALERT',
      'panic flags null', 'panic flags null',
    ])
  })

  it('shows the number in every notation', () => {
    expect(decodeValue('-536870212')).toMatchObject({ hex: '0xe00002bc', signed32: -536870212, unsigned: '3758097084' })
    expect(decodeValue('18446744073709551516')).toMatchObject({ hex: '0xffffffffffffff9c', signed32: null })
  })

  it('is silent about other text, and finds parts of names only when asked', () => {
    for (const text of ['', 'hello world', 'IOPCIDevice', '12monkeys', '-', '0x', 'com.example.kext']) {
      expect(decodeValue(text).readings, text).toEqual([])
    }
    expect(decodeValue('NotPermitted').readings).toEqual([])
    expect(decodeValue('NotPermitted', true).readings[0]).toMatchObject({ name: 'kIOReturnNotPermitted', fit: 10 })
  })

  it('takes any text without a throw', () => {
    for (const text of ['\'', '\'\'\'\'\'\'', '0x'.repeat(50), '9'.repeat(500), '-'.repeat(9), '(((', '\u0000\ud800']) {
      expect(Array.isArray(decodeValue(text, true).readings)).toBe(true)
    }
  })
})
