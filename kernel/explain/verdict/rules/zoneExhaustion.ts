import type { Finding, VerdictRule } from '../VerdictRule.ts'
import { oneOf } from '../oneOf.ts'

const SAYS = oneOf(
  /zone map exhausted|kernel map is exhausted|kmem_alloc.{0,80}no space|VM is exhausted/iu,
  /System is unhealthy/iu,
)

/** Kernel memory ran out. */
export const zoneExhaustion: VerdictRule = {
  name: 'zone-exhaustion',
  find(panic): Finding | null {
    const said = panic.says(SAYS)
    if (said === null) return null
    const zone =
      /memory leak in zone \[?([\w.+:-]{1,80})\]?(?: \((\d+)[KMG]? ?(?:total )?bytes?, (\d+) el)?/iu.exec(
        panic.words,
      )
    const amount = zone?.[3] === undefined ? '' : ` with ${zone[3]} elements of it in use`
    return {
      class: 'zone-exhaustion',
      title: 'Kernel memory ran out',
      backtrace: 'victim',
      confidence: 'high',
      sentence: 'The kernel\'s memory is '
        + `exhausted${zone === null ? '' : `, most likely by a leak in zone ${zone[1]}${amount}`}.`,
      cause:
        'Something allocates kernel memory and does not free it. The allocation that failed is a bystander.',
      evidence: [panic.evidence(said.line, 'the message names the zone that has grown most')],
      leads:
        zone === null
          ? []
          : [
              {
                bundle: `zone ${zone[1]}`,
                kind: 'kernel',
                weight: 'fair',
                evidence: [panic.evidence(said.line, 'whoever allocates in it leaks')],
              },
            ],
      cannotTell: 'The zone is known, its user is not: the report does not say who allocated.',
      cautions: ['The thread that panicked only happened to ask for memory when there was none left.'],
      next: [
        'Watch `zprint -d` for the zone that grows.',
        'Boot with `zlog=ZONE` to record who allocates in it.',
        'Take third-party kexts and network filters out one by one.',
      ],
    }
  },
}
