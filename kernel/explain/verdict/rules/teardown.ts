import type { Finding, VerdictRule } from '../VerdictRule.ts'

/** A service did not go away, or never came to rest. */
export const teardown: VerdictRule = {
  name: 'teardown',
  find(panic): Finding | null {
    const ended = panic.says(/(\w{1,80})::terminate\(kIOServiceSynchronous\) timeout/iu)
    const busy =
      ended === null
        ? panic.says(
            /busy timeout\[?\d{0,3}\]?|IOServiceWaitQuiet|IOKit Daemon \(\w{1,40}\) stall|waitQuiet/iu,
          )
        : null
    const said = ended ?? busy
    if (said === null) return null
    const type = ended?.match[1] ?? /'?(\w{1,80})'?\(0x[0-9a-f]{1,16}\)/u.exec(panic.words)?.[1] ?? null
    return {
      class: ended === null ? 'busy-timeout' : 'teardown-hang',
      title: ended === null ? 'The registry did not come to rest' : 'A service did not go away',
      backtrace: 'blocked',
      confidence: 'high',
      sentence:
        ended === null
          ? 'Services were still busy when they had to be '
            + `done${type === null ? '' : `, the last of them ${type}`}.`
          : `${type} was being terminated and a client did not let it go.`,
      cause:
        ended === null
          ? 'A driver\'s start, or the loading of one, did not return.'
          : 'A client keeps the service open, or its thread waits for something that the termination holds.',
      evidence: [panic.evidence(said.line, 'the kernel names what it waited for')],
      leads:
        type === null
          ? []
          : [
              {
                bundle: type,
                kind: 'apple',
                weight: 'fair',
                evidence: [
                  panic.evidence(
                    said.line,
                    ended === null ? 'it was still busy' : 'a client of it did not close',
                  ),
                ],
              },
            ],
      next: [
        'Look for the service and its clients in the registry (`ioreg -w0 -l`), with busy counts.',
        'Check that clients close in didTerminate or willTerminate.',
      ],
    }
  },
}
