// Each kind of crash gets its verdict, from what the report says and nothing else.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { CrashReport } from '../../api/index.ts'
import { readCrash } from '../../importers/index.ts'
import { judgeCrash } from './judgeCrash.ts'

const folder = join(import.meta.dirname, '../../../test/samples/crashes')
const judge = (text: string): CrashReport => judgeCrash(readCrash(new TextEncoder().encode(text)))
const sample = (name: string): CrashReport => judgeCrash(readCrash(readFileSync(join(folder, name))))

const HEAD = 'Process: Plum [5]\nIdentifier: org.example.plum\nCode Type: ARM-64 (Native)\nCrashed Thread: 0\n\n'

/** A report with these lines and one stack of functions of the program. */
function report(lines: readonly string[], stack: readonly string[] = ['work + 4']): string {
  const frames = stack.map((place, index) => `${index}   Plum    0x0000000100001000 ${place}`)
  return `${HEAD}${lines.join('\n')}\n\nThread 0 Crashed:\n${frames.join('\n')}\n`
}

const BAD = 'Exception Type: EXC_BAD_ACCESS (SIGSEGV)'
const ABORT = 'Exception Type: EXC_CRASH (SIGABRT)'

describe('verdicts', () => {
  it.each([
    ['null-dereference', report([BAD, 'Exception Codes: KERN_INVALID_ADDRESS at 0x0000000000000010'])],
    ['bad-pointer', report([BAD, 'Exception Codes: KERN_INVALID_ADDRESS at 0x00000007deadb000'])],
    ['protection-failure', report([BAD, 'Exception Codes: KERN_PROTECTION_FAILURE at 0x0000000107ff0000'])],
    ['pointer-authentication', report([BAD,
      'Exception Codes: KERN_INVALID_ADDRESS at 0x0020000107ff0000 -> 0x107ff0000 (possible pointer authentication failure)'])],
    ['misaligned-access', report([BAD, 'Exception Codes: 0x0000000000000101, 0x0000000107ff0003'])],
    ['page-in-error', report([BAD, 'Exception Codes: 0x000000000000000a, 0x0000000107ff0000'])],
    ['use-after-free', report([BAD, 'Exception Codes: KERN_INVALID_ADDRESS at 0x00000007deadb000'], ['objc_release + 8'])],
    ['arithmetic', report(['Exception Type: EXC_ARITHMETIC (SIGFPE)', 'Exception Codes: EXC_I386_DIV (divide by zero)'])],
    ['swift-trap', report(['Exception Type: EXC_BREAKPOINT (SIGTRAP)'], ['_assertionFailure(_:_:file:line:flags:) + 244'])],
    ['illegal-instruction', report(['Exception Type: EXC_BAD_INSTRUCTION', 'Exception Codes: 0x0000000000000001, 0x0'])],
    ['bad-free', report([ABORT, 'Application Specific Information:', 'malloc: *** error for object 0x10: pointer being freed was not allocated'])],
    ['stack-smashing', report([ABORT], ['__pthread_kill + 8', 'abort + 127', '__stack_chk_fail + 48'])],
    ['assertion', report([ABORT, 'Application Specific Information:', 'Assertion failed: (n > 0), function f, file a.c, line 3.'])],
    ['abort', report([ABORT, 'Application Specific Information:', 'abort() called'])],
    ['cpp-exception', report([ABORT, 'Application Specific Information:',
      'libc++abi.dylib: terminating with uncaught exception of type std::length_error: vector'])],
    ['missing-symbol', report([ABORT, 'Termination Reason: Namespace DYLD, Code 0x4', '',
      'Dyld Error Message:', '  Symbol not found: _ripen'])],
    ['lock-held-while-suspended', report(['Exception Type: EXC_CRASH (SIGKILL)', 'Termination Reason: RUNNINGBOARD 0xdead10cc'])],
    ['watchdog', report(['Exception Type: 00000020', 'Exception Codes: 0x000000008badf00d'])],
    ['watchdog', report(['Exception Type: EXC_CRASH (SIGKILL)', 'Termination Reason: FRONTBOARD 2343432205'])],
    ['memory-limit', report(['Exception Type: EXC_RESOURCE', 'Exception Codes: 0x6400000000000032, 0x0'])],
    ['resource-limit', report(['Exception Type: EXC_RESOURCE', 'Exception Codes: 0x2400000000000950, 0x55'])],
    ['killed', report(['Exception Type: EXC_CRASH (SIGKILL)', 'Termination Reason: SIGNAL 9 Killed: 9', 'Terminating Process: shell [2]'])],
    ['ended-by-system', report(['Exception Type: EXC_CRASH (SIGKILL)', 'Termination Reason: METAL 5'])],
    ['exec', report(['Exception Type: EXC_CRASH (SIGKILL)', 'Termination Reason: Namespace EXEC, Code 0x1 bad Mach-O'])],
    ['unknown', report(['Exception Type: EXC_EMULATION'])],
  ])('%s', (kind, text) => {
    expect(judge(text).verdict).toMatchObject({ class: kind })
  })

  it('a stack that grew into its guard page is told by the region and the recursion', () => {
    const text = report([BAD, 'Exception Codes: KERN_PROTECTION_FAILURE at 0x000000016fdffff0', '',
      'VM Regions Near 0x16fdffff0:', '--> STACK GUARD   16f000000-16fe00000 [ 56.0M] ---/rwx SM=NUL'],
    Array.from({ length: 450 }, () => 'dive + 12'))
    expect(judge(text).verdict).toMatchObject({
      class: 'stack-overflow', confidence: 'high',
      sentence: 'The stack of thread 0 grew into its guard page: dive is on it 450 times.',
    })
  })

  it.each([
    ['null-dereference.crash', 'null-dereference', 'org.example.tidetable', 'own'],
    ['watchdog.crash', 'watchdog', 'Harbour', 'own'],
    ['missing-library.ips', 'missing-library', '@rpath/libwick.dylib', 'third-party'],
    ['use-after-free.ips', 'use-after-free', 'org.example.orchard', 'own'],
    ['reporter.crash', 'uncaught-exception', 'Kite', 'own'],
    ['jetsam.ips', 'memory-limit', 'Atlas', 'own'],
    ['quoted-fragment.txt', 'code-signing', 'org.example.beacon', 'own'],
  ])('%s is %s, and the first suspect is %s', (name, kind, bundle, whose) => {
    const { verdict } = sample(name)
    expect(verdict).toMatchObject({ class: kind, suspects: [{ bundle, kind: whose, rank: 1 }] })
    expect(verdict.suspects.every(({ evidence }) => evidence.length > 0)).toBe(true)
  })

  it('every verdict has words, and something to do next', () => {
    for (const name of readdirSync(folder)) {
      const { verdict } = sample(name)
      expect([verdict.sentence.endsWith('.'), verdict.title.length > 3, verdict.next.length > 0], name)
        .toEqual([true, true, true])
    }
  })
})

describe('fingerprints', () => {
  it('are the same for another run of the same crash, and not for another place', () => {
    const lines = [BAD, 'Exception Codes: KERN_INVALID_ADDRESS at 0x0000000000000010']
    const first = judge(report(lines)).fingerprint
    expect(judge(report(lines).replace('Plum [5]', 'Plum [6]').replace('100001000', '100002000')).fingerprint.id).toBe(first.id)
    expect(judge(report(lines, ['rest + 4'])).fingerprint.id).not.toBe(first.id)
  })
})
