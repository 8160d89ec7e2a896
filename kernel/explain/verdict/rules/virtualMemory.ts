import type { Finding, VerdictRule } from '../VerdictRule.ts'

const KINDS: readonly (readonly [RegExp, string, string, string])[] = [
  [
    /pmap_|pv_?(?:hash|head|e\b)|PV head|\bpte\b|\bppnum\b/iu,
    'pmap',
    'Page tables are damaged',
    'The kernel\'s records of which page is mapped where do not agree',
  ],
  [
    /vm_map_\w{1,40}.{0,60}hole|vm_map_(?:delete|entry|remove|store)/iu,
    'vm-map-corruption',
    'A memory map is damaged',
    'An address range was removed or wired that is not there as expected',
  ],
  [
    /vm_page_|vm_object_|vm_fault|copyio|vm_compressor|decompress/iu,
    'vm-corruption',
    'The virtual memory system is damaged',
    'A page or memory object is in a state that must not be',
  ],
]

/** The virtual memory system found itself damaged. */
export const virtualMemory: VerdictRule = {
  name: 'virtual-memory',
  find(panic): Finding | null {
    for (const [pattern, name, title, what] of KINDS) {
      const said = panic.says(pattern)
      if (said === null) continue
      const fn = /\b((?:pmap|vm)_\w{1,60})\(/u.exec(panic.words)?.[1] ?? null
      return {
        class: name,
        title,
        backtrace: 'culprit',
        confidence: fn === null ? 'medium' : 'high',
        sentence: `${what}${fn === null ? '' : `: ${fn} found it`}.`,
        cause:
          'A kext wired, mapped or freed memory out of step, kernel memory was overwritten, or the memory '
            + 'itself is faulty.',
        evidence: [panic.evidence(said.line, 'the check that failed')],
        cautions: ['The kernel function that complains is the one that looked; the damage may be older.'],
        next: [
          'Look at the kext in the backtrace: what it maps, wires or frees, and whether each is undone once.',
          'Run a memory test, and remove overclocking.',
        ],
      }
    }
    return null
  },
}
