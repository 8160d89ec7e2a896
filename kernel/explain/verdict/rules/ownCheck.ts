import type { Finding, VerdictRule } from '../VerdictRule.ts'
import { oneOf } from '../oneOf.ts'

/** Files of the kernel itself, by how they begin; what is in none of them is a kext's. */
const KERNEL_FILES = oneOf(
  /(?:^|\/)(?:osfmk|bsd|libkern|iokit|pexpert|security|san)\//u,
  /^(?:IOService|IOPM|IOCatalogue|IOMemory|IOWorkLoop|IOUserClient|IORegistry|IOCPU)\w{0,40}\.(?:c|cpp|h)$/u,
  /^(?:IOCommandGate|IODMACommand|IOUserServer|OSObject|OSKext)\w{0,40}\.(?:c|cpp|h)$/u,
  /^(?:zalloc|kalloc|sched_|thread|task|ipc_|mach_|vm_|pmap|trap|sleh|locks|lock_)\w{0,40}\.(?:c|cpp|h)$/u,
  /^(?:kern_|vfs_|uipc_|mbuf|necp|tcp_|ip_|if_|dlil|kpi_|proc|sysctl)\w{0,40}\.(?:c|cpp|h)$/u,
  /^(?:debug|model_dep|cpu|lapic|mp)\w{0,40}\.(?:c|cpp|h)$/u,
)

/** A check in the code itself failed: any panic with words of its own that no other rule knows. */
export const ownCheck: VerdictRule = {
  name: 'own-check',
  find(panic): Finding | null {
    if (panic.words === '') return null
    const { source, panicLine } = panic.facts
    const isKernel = source !== null && KERNEL_FILES.test(source.file)
    const file = source === null ? null : source.file.slice(source.file.lastIndexOf('/') + 1)
    const isAssert = /assert/iu.test(panic.words)
    const whose = source === null ? 'somebody\'s' : isKernel ? 'the kernel\'s own' : 'a driver\'s own'
    return {
      class: 'assertion',
      title: 'A check of the code failed',
      backtrace: 'culprit',
      confidence: source === null ? 'low' : 'medium',
      sentence: `The code called panic itself${file === null ? '' : ` (${file}, line ${source!.line})`}: `
        + panic.words.slice(0, 240),
      cause: `It is ${whose} check${isAssert ? ', an assertion' : ''}: something was in a state that its `
        + 'author had ruled out.',
      evidence: [
        panic.evidence(
          panicLine,
          source === null ? 'the panic\'s own words' : `the check is in ${source.file}, line ${source.line}`,
        ),
      ],
      leads:
        file === null || isKernel
          ? []
          : [
              {
                bundle: file,
                kind: 'apple',
                weight: 'weak',
                evidence: [
                  panic.evidence(panicLine, 'the source file with the check; its kext is not named'),
                ],
              },
            ],
      next: [
        'Search for the words of the message: they are those of the code.',
        'Look at the frame that called panic, and at its caller.',
      ],
    }
  },
}
