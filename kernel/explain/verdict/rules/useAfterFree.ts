import { oneOf } from '../oneOf.ts'
import type { Finding, VerdictRule } from '../VerdictRule.ts'

const SAYS = oneOf(
  /\[([\w.+:-]{1,80})\]: element modified after free \(off:(\d+), val:(0x[0-9a-f]+), sz:(\d+)/iu,
  /use-after-free/iu,
)

/** Memory was written after it had been freed, and the allocator saw it. */
export const useAfterFree: VerdictRule = {
  name: 'use-after-free',
  find(panic): Finding | null {
    const said = panic.says(SAYS)
    if (said === null) return null
    const [, zone, offset, value, size] = said.match
    const type = zone?.startsWith('iokit.') === true ? zone.slice(6) : null
    return {
      class: 'use-after-free',
      title: 'Memory was used after it was freed',
      backtrace: 'victim',
      confidence: 'high',
      sentence:
        zone === undefined
          ? 'Memory was used after it was freed.'
          : `${type === null ? `An element of zone ${zone}` : `A freed ${type} object`} (${size} bytes) was `
            + `changed at offset ${offset}: ${value} stands where nothing should.`,
      cause: `Somebody kept a pointer to ${type === null ? 'an element' : `the ${type}`} after its last `
        + 'reference was gone and wrote through it.',
      evidence: [
        panic.evidence(
          said.line,
          type === null
            ? 'the zone and offset that were damaged'
            : `zones named iokit.X hold objects of the class X: here ${type}`,
        ),
      ],
      leads:
        type === null
          ? []
          : [
              {
                bundle: `user of ${type}`,
                kind: 'kernel',
                weight: 'fair',
                evidence: [
                  panic.evidence(said.line, `a holder of a ${type} released it too early or too often`),
                ],
              },
            ],
      cannotTell: 'The allocator noticed later than it happened: the writer has long gone on.',
      cautions: [
        'The panicked thread asked for memory and got the damaged element: it is a bystander.',
        'A kext in the backtrace allocates here; that alone proves nothing.',
      ],
      next: [
        ...(type === null
          ? []
          : [
              `Look for who creates and releases ${type} objects: \`ioclasscount ${type}\` shows whether `
                + 'they come and go.',
            ]),
        'See which field lies at that offset in that class or structure.',
        'Compare with further panics: the same offset again names the writer\'s structure.',
      ],
    }
  },
}
