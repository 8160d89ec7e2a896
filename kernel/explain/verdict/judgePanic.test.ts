// Goal: a panic is put into its class by what it says, the right one is suspected for a reason that can be looked up, and the
// traps that catch readers (family, bystander, last started kext) are not fallen into.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { PanicReport } from '../../api/index.ts'
import { readPanic } from '../../importers/index.ts'
import { explainPanic } from './index.ts'

const folder = join(import.meta.dirname, '../../../test/samples/panics')

function explain(text: string | Uint8Array): PanicReport {
  const { facts, lines } = readPanic(typeof text === 'string' ? new TextEncoder().encode(text) : text)
  return explainPanic(facts, lines)
}

const sample = (name: string): PanicReport => explain(readFileSync(join(folder, name)))
const message = (words: string): PanicReport => explain(`panic(cpu 0 caller 0xffffff8000200000): ${words}\n`)

describe('the class', () => {
  it.each([
    ['page-fault', 'Kernel trap at 0xffffff8000201000, type 14=page fault, registers:'],
    ['page-fault', 'Kernel trap at 0xffffff8000201000, type = 14=page fault, registers:'],
    ['general-protection', 'Kernel trap at 0xffffff8000201000, type 13=general protection, registers:'],
    ['invalid-opcode', 'Kernel trap at 0xffffff8000201000, type = 6=invalid opcode #0x12, registers:'],
    ['divide-error', 'Kernel trap at 0xffffff8000201000, type 0=divide error, registers:'],
    ['double-fault', 'Double fault at 0xffffff8000201000, registers:'],
    ['data-abort', 'Kernel data abort. at pc 0xfffffe0020000000, lr 0xfffffe0020000004 (saved state: 0xfffffe6000000000)'],
    ['instruction-abort', 'Kernel instruction fetch abort at pc 0x0, lr 0xfffffe0020000004 (saved state: 0xfffffe6000000000)'],
    ['stack-overflow', 'Invalid kernel stack pointer (probable overflow). at pc 0xfffffe0020000000, lr 0x0 (saved state: 0x1)'],
    ['pac-failure', 'PAC failure from kernel with IA key while authing x16 at pc 0xfffffe0020000000, lr 0x1 (saved state: 0x2)'],
    ['bti-failure', 'Kernel BTI failure (BTYPE=0x0002) at pc 0xfffffe0020000000, lr 0x1 (saved state: 0x2)'],
    ['undefined-instruction', 'Undefined kernel instruction: pc=0xfffffe0020000000 instr=0'],
    ['sleep-wake-timeout', 'Wake transition timed out after 180 seconds while calling power state change callbacks. Suspected bundle: a.b. Thread 0x1.'],
    ['sleep-wake-firmware', 'Sleep Wake failure in EFI'],
    ['power-state-timeout', 'FruitDriver::setPowerState(0xffffff8000000001 : 0xffffff7f80000001, 1 -> 0) timed out after 45950 ms'],
    ['userspace-watchdog', 'userspace watchdog timeout: no successful checkins from com.apple.WindowServer in 120 seconds'],
    ['watchdogd-timeout', 'watchdog timeout: no checkins from watchdogd in 90 seconds (3452 total checkins since monitoring last enabled)'],
    ['interrupt-watchdog', 'Interrupt watchdog, cpu: 2 interrupt: 0x31 start: 1 now: 2'],
    ['spinlock-timeout', 'Spinlock acquisition timed out: lock=0xffffff8000000001, lock owner thread=0xffffff8000000002, active on CPU 0x3'],
    ['spinlock-timeout', 'Ticket spinlock[0xfffffe0000000001] timeout after 1 ticks; cpu=1'],
    ['ipi-timeout', 'IPI timeout, unresponsive CPU bitmap: 0x5, NMIPI acks: 0x0, now: 0x1'],
    ['spinlock-block', 'thread_invoke: preemption_level 1, possible cause: blocking while holding a spinlock'],
    ['zone-exhaustion', 'zalloc[3]: zone map exhausted while allocating from zone [kalloc.64], likely due to memory leak in zone [pears]'],
    ['use-after-free', '[iokit.FruitBasket]: element modified after free (off:72, val:0x1, sz:80, ptr:0xffffffe69b7d0db0)'],
    ['zone-corruption', 'a freed zone element has been modified in zone kalloc.64: expected 0x1 but found 0x3'],
    ['zone-corruption', 'zone element pointer validation failed (addr: 0x1, zone pears)'],
    ['double-free', 'zfree: double free of 0xffffff8000000001 to zone kalloc.64'],
    ['heap-corruption', 'kernel heap corruption detected'],
    ['pmap', 'pmap_pv_remove(0x1,0x2,0x3): empty hash'],
    ['vm-map-corruption', 'vm_map_delete(0x1,0x2,0x3): hole after 0x4 at 0x5'],
    ['iommu-violation', '[SPTM] VIOLATION_BAD_DART_MAPPING'],
    ['sptm-violation', '[SPTM] VIOLATION_ILLEGAL_RETYPE'],
    ['coprocessor-panic', 'SMC PANIC - ASSERTION FAILED: pears.c:12'],
    ['coprocessor-panic', 'SEP Panic: :sks /sks : 0x1'],
    ['machine-check', 'Machine Check at 0xffffff8000201000, registers:'],
    ['hardware-error', 'AMCC0 DCS GROUP 0 CHANNEL 0 error @AppleT6020PlatformErrorHandler.cpp:123'],
    ['critical-process-exit', 'initproc exited -- exit reason namespace 6 subcode 0x1 description: none'],
    ['dext-crash-loop', 'Driver org.example.PearDext has crashed too many times'],
    ['over-release', 'A kext releasing a(n) FruitBasket has corrupted the registry.'],
    ['teardown-hang', 'FruitBasket::terminate(kIOServiceSynchronous) timeout'],
    ['busy-timeout', 'busy timeout[0], (60s): \'FruitBasket\''],
    ['deadlock', 'I/O Kit: Unrecoverable deadlock.'],
    ['no-platform-driver', 'Unable to find driver for this platform: "ACPI".'],
    ['hackintosh-config', 'Cannot perform kext summary'],
    ['storage-device', 'nvme: "Fatal error occurred. CSTS=0x1'],
    ['t2-watchdog', 'macOS watchdog detected'],
    ['force-reset', 'btn_rst'],
    ['requested-panic', 'dtrace: panic action at probe x (ecb 0x1)'],
    ['soc-watchdog', 'Unexpected SoC (system) watchdog reset occurred after panic diagnostics were completed.'],
    ['pcie-error', '"apcie[2:lan-pear]::handleInterrupt: Request address is greater than 32 bits linksts=0x99000001 pcielint=0x1\\n"'],
    ['nvidia-gpu', '"GPU Panic: mux-regs 4 3 7f 0 0 0 switch-state 1 : NVRM[0/1:0:0]: Read Error 0x00000100: CFG 0xffffffff"@GPUPanic.cpp:127'],
    ['gpu', '"GPU Panic: mux-regs 4 3 7f 0 0 0 switch-state 1"@GPUPanic.cpp:127'],
    ['no-platform-driver', '"Unable to find driver for this platform: \\"ACPI\\".\\n"@/Sources/xnu/xnu-1/iokit/Kernel/IOPlatformExpert.cpp:1087'],
    ['file-system', 'nx_tx_mgr_start_txn:1234: disk2 transaction manager is stuck'],
    ['critical-process-exit', '"launchd exited (signal 7)"'],
    ['userspace-watchdog', 'userspace panic: pearsd connection watchdog expired, no updates from remote monitoring process in 200 seconds'],
    ['zone-corruption', 'zone_require failed: address not in a zone (addr: 0xfffffe0020000000)'],
    ['interrupt-watchdog', 'Interrupts held disabled for 251000000 nanoseconds (start = 1, now = 2, timeout = 3 ns)'],
    ['interrupt-watchdog', 'preemption disable timeout exceeded: 9 >= 8 mt ticks (start: 1, now: 2, gross: 3, inttime: 4)'],
    ['lock-misuse', 'lck_rw_unlock_shared(): lock 0xfffffe0020000000 held in mode: 3'],
    ['amd-gpu', '[0:2:0][PPLIB] Failed to send'],
    ['assertion', 'something is odd @FruitBasket.cpp:12'],
  ])('is %s for "%s"', (wanted, words) => {
    const { verdict } = message(words)
    expect(verdict.class).toBe(wanted)
    expect(verdict.evidence.some(({ line }) => line === 1) || verdict.class === 'double-fault').toBe(true)
    expect(verdict.next.length).toBeGreaterThan(0)
    expect(verdict.suspects.some(({ weight }) => weight !== 'weak') || verdict.cannotTell !== null).toBe(true)
  })

  it('is told of registers alone, with a caution, and is unknown only where nothing is said', () => {
    const registers = explain('\t  pc:  0xfffffe002e414d9c cpsr: 0x20401208         esr: 0x96000006  far: 0x68\n\nPaniclog version: 14\n')
    expect(registers.verdict).toMatchObject({ class: 'data-abort', confidence: 'low' })
    expect(registers.verdict.cautions[0]).toContain('panic line is missing')
    expect(explain('CORE 5 is the one that panicked. Check the full backtrace for details.\n').verdict).toMatchObject({
      class: 'unknown', confidence: 'low', suspects: [],
    })
  })
})

describe('suspicion', () => {
  it('falls on the kext whose instruction faulted, with every line that says so', () => {
    const { verdict } = sample('x86-10.panic')
    expect(verdict).toMatchObject({ class: 'page-fault', confidence: 'high', cannotTell: null })
    expect(verdict.sentence).toBe('The kernel read 0x28 in PearUSB::readComplete of org.example.driver.PearUSB: read of unmapped memory.')
    expect(verdict.suspects[0]).toMatchObject({ bundle: 'org.example.driver.PearUSB', kind: 'third-party', weight: 'strong', rank: 1 })
    expect(verdict.suspects[0]!.evidence.map(({ line }) => line)).toEqual([26, 19, 26, 43])
    expect(verdict.suspects[1]).toMatchObject({ bundle: 'com.apple.iokit.IOUSBFamily', kind: 'family', weight: 'weak' })
  })

  it('passes from a family that the kernel names to its child that waits', () => {
    const { verdict } = sample('x86-11-sleep.txt')
    expect(verdict.suspects.map(({ bundle, kind, weight }) => [bundle, kind, weight])).toEqual([
      ['org.example.FruitBasket', 'third-party', 'strong'], ['com.apple.iokit.IOFruitFamily', 'family', 'fair'],
    ])
    expect(verdict.cautions[0]).toContain('is a family')
    expect(verdict.evidence.map(({ says }) => says)).toContain('it waits for the gate of a work loop that another thread holds')
  })

  it('never falls on the watchdog that only reports, nor is the hung service more than a victim', () => {
    const { verdict } = sample('userspace-watchdog.txt')
    expect(verdict.suspects).toMatchObject([{ bundle: 'WindowServer', kind: 'process', weight: 'weak' }])
    expect(verdict.cannotTell).toContain('not what it waited for')
    expect(verdict.sentence).toContain('restarted 2 times before')
  })

  it('takes a kext started shortly before for a coincidence, and one started long before for nothing', () => {
    const recent = sample('x86-12-nx.txt').verdict
    expect(recent.suspects.find(({ bundle }) => bundle === 'com.apple.filesystems.autofs')).toMatchObject({ weight: 'weak' })
    const old = sample('arm64.txt').verdict
    expect(old.suspects.map(({ bundle }) => bundle)).toEqual(['org.example.PearEthernet'])
    expect(old.cautions.join(' ')).toContain('that is no evidence against it')
  })

  it('of a failure in the firmware is told without a panic line', () => {
    const { verdict } = explain('Sleep Wake failure in EFI\n\nFailure code:: 0x00000000 0x0000001f\n\nPlease IGNORE the below stackshot\n')
    expect(verdict).toMatchObject({ class: 'sleep-wake-firmware', evidence: [{ line: 1 }] })
  })

  it('does not blame the process that ran into damaged memory', () => {
    const { verdict } = message('[iokit.FruitBasket]: element modified after free (off:72, val:0x1, sz:80, ptr:0xffffffe69b7d0db0)')
    expect(verdict.suspects.map(({ kind }) => kind)).not.toContain('process')
    expect(verdict.cautions.join(' ')).toContain('bystander')
  })

  it('takes one flipped bit for the memory\'s fault as well', () => {
    const { verdict } = message('a freed zone element has been modified in zone kalloc.64: expected 0x1100 but found 0x1300')
    expect(verdict.suspects).toMatchObject([{ bundle: 'memory', kind: 'hardware' }])
    expect(verdict.cause).toContain('Exactly one bit')
  })

  it('of a T2\'s report falls on what stopped macOS', () => {
    const { verdict } = sample('t2.ips')
    expect(verdict).toMatchObject({ class: 'kernel-nx-fault', suspects: [{ bundle: 'org.example.PearFilter' }, {}] })
    expect(verdict.cautions.join(' ')).toContain('The T2 chip only brought this report')
  })

  it('is withheld, with the reason, where addresses cannot be given to anybody', () => {
    const { verdict } = explain(['panic(cpu 0 caller 0xffffff801604c32a): Kernel trap at 0xffffff7f9a38942f, type 14=page fault, registers:',
      'RFL: 0x0000000000010246, RIP: 0xffffff7f9a38942f, CS:  0x0000000000000008, SS:  0x0000000000000010',
      'Fault CR2: 0x0000000000000000, Error code: 0x0000000000000000, Fault CPU: 0x0, PL: 0, VF: 1', '',
      'Backtrace (CPU 0), Frame : Return Address', '0xffffff9135fa3620 : 0xffffff8015f215cd ', ''].join('\n'))
    expect(verdict).toMatchObject({ suspects: [], confidence: 'low' })
    expect(verdict.cannotTell).toContain('is a kext\'s')
  })
})

describe('the fingerprint', () => {
  const text = readFileSync(join(folder, 'arm64.txt')).toString()

  /** The same panic after another boot: everything lies somewhere else. */
  const moved = (by: bigint): string => text
    .replaceAll(/0xfffffe00[0-9a-f]{8}/gu, (address) => `0x${(BigInt(address) + by).toString(16)}`)
    .replaceAll(/0xcbaf7e00[0-9a-f]{8}/gu, (address) => `0x${(BigInt(address) + by).toString(16)}`)
    .replaceAll(/(slide: +)(0x[0-9a-f]{16})/gu, (_all, label: string, slide: string) =>
      `${label}0x${(BigInt(slide) + by).toString(16).padStart(16, '0')}`)

  it('is the same after another boot, and tells what went into it', () => {
    const one = explain(text).fingerprint
    const other = explain(moved(0x4c000n))
    expect(other.kernelCacheSlide).not.toBe(explain(text).kernelCacheSlide)
    expect(other.fingerprint).toEqual(one)
    expect(one.algorithm).toBe('panic-1')
    expect(one.parts.filter(({ isUsed }) => isUsed).map(({ name, value }) => `${name}: ${value}`)).toEqual([
      'class: data-abort', 'message: Kernel data abort. at pc <hex>, lr <hex> (saved state: <hex>)',
      'frame: org.example.PearEthernet+0x9fc8', 'frame: org.example.PearEthernet+0x4b48',
      'frame: kernel 0xfffffe00080a0c64', 'frame: kernel 0xfffffe000792ce78',
    ])
    expect(one.parts.every(({ why }) => why !== '')).toBe(true)
  })

  it('differs with the code path, while the group stays', () => {
    const one = explain(text).fingerprint
    const other = explain(text.replace('lr: 0xfffffe00256a8b48', 'lr: 0xfffffe00256a8b4c')).fingerprint
    expect(other.id).not.toBe(one.id)
    expect(other.group).toBe(one.group)
  })

  it('leaves a jump\'s wild target out', () => {
    const wild = readFileSync(join(folder, 'x86-12-nx.txt')).toString()
    expect(explain(wild.replaceAll('0xffffff9a01020304', '0xffffff9a0badbad0')).fingerprint.id).toBe(explain(wild).fingerprint.id)
  })
})
