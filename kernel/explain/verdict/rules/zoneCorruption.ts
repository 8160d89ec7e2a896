import type { Finding, VerdictRule } from '../VerdictRule.ts'
import type { PanicView } from '../PanicView.ts'
import { oneOf } from '../oneOf.ts'

const SIGNS =
  oneOf(
    /freed zone element has been modified in zone:? ?\[?([\w.+-]{1,80})/iu,
    /zone element pointer validation failed|double free (?:of|detected)|Probabilistic GZAlloc/iu,
    /not in the expected zone|expected in zone|zfree:? ?|zalloc: .{0,40}corrupt/iu,
    /backup pointer corrupted|free list corrupted|zone_require(?:_ro)? failed/iu,
  )

/** A pointer is not to the kind of object that it must be to. */
function wrongZone(panic: PanicView, line: number | null): Finding {
  return {
    class: 'zone-corruption',
    title: 'A pointer leads to memory of another kind',
    backtrace: 'culprit',
    confidence: 'high',
    sentence: 'A pointer does not lie in the zone that objects of its kind come from.',
    cause: 'The pointer was overwritten, or memory of another kind was passed for the object: kernels check it '
      + 'where that would be worth an attack.',
    evidence: [panic.evidence(line, 'the allocator\'s check of where an object lies')],
    next: [
      'Look at the frame that called zone_require and at where it has the pointer from.',
      'Take third-party kexts out, one half at a time, until it stays away.',
    ],
  }
}

/** The allocator found its own lists or a freed element damaged. */
export const zoneCorruption: VerdictRule = {
  name: 'zone-corruption',
  find(panic): Finding | null {
    const said = panic.says(SIGNS)
    if (said === null) return null
    const isDouble = /double free/iu.test(panic.words)
    if (/zone_require/u.test(panic.words)) return wrongZone(panic, said.line)
    const zone =
      said.match[1] ??
      /(?:in|to|from) zone:? ?\[?([\w.+-]{1,80}?)\]?(?::|,|\s|$)/iu.exec(panic.words)?.[1] ??
      null
    const found = /expected (0x[0-9a-f]{1,16}) but found (0x[0-9a-f]{1,16})/iu.exec(panic.words)
    const bits = found === null ? null : BigInt(found[1]!) ^ BigInt(found[2]!)
    const oneBit = bits !== null && bits !== 0n && (bits & (bits - 1n)) === 0n
    return {
      class: isDouble ? 'double-free' : 'zone-corruption',
      title: isDouble ? 'Memory was freed twice' : 'Freed kernel memory was changed',
      backtrace: isDouble ? 'culprit' : 'victim',
      confidence: 'high',
      sentence: isDouble
        ? `The same memory${zone === null ? '' : ` of zone ${zone}`} was freed twice.`
        : `A freed element${zone === null ? '' : ` of zone ${zone}`} was written to before it was allocated `
          + 'again.',
      cause: oneBit
        ? 'Exactly one bit differs from what was expected: faulty memory hardware is as likely as software.'
        : 'A driver wrote through a pointer that it had already freed, or past the end of its neighbour.',
      evidence: [
        panic.evidence(
          said.line,
          found === null ? 'the allocator\'s check' : `expected and found differ by 0x${bits!.toString(16)}`,
        ),
      ],
      leads: oneBit
        ? [
            {
              bundle: 'memory',
              kind: 'hardware',
              weight: 'fair',
              evidence: [panic.evidence(said.line, 'a single bit has changed')],
            },
          ]
        : [],
      cannotTell:
        'The damage was done earlier and by somebody else: the report names the zone, not the writer.',
      cautions: isDouble
        ? []
        : ['The panicked process asked for memory of the same size: it is a bystander.'],
      next: [
        'Take third-party kexts out, one half at a time, until it stays away.',
        zone === null
          ? 'Boot with `-zc -zp` to check and poison freed memory.'
          : `Boot with \`-zc -zp zlog=${zone}\` to record who allocates and frees there.`,
        'Run a memory test.',
      ],
    }
  },
}
