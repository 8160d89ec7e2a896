import type { VerdictRule } from '../VerdictRule.ts'
import { oneOf } from '../oneOf.ts'

const SAYS = oneOf(
  /PAC failure from kernel(?: with (I[AB]|D[AB]) key)?(?: while (.{1,60}?))?(?: at pc|\.|$)/iu,
  /Kernel BTI failure|Unauthenticated|ptrauth/iu,
)

/** A signed pointer was not what had been signed. */
export const pointerAuthentication: VerdictRule = {
  name: 'pointer-authentication',
  find(panic) {
    const said = panic.says(SAYS)
    if (said === null) return null
    const isBti = /BTI/u.test(said.match[0])
    const [, key, how] = said.match
    const place = panic.place()
    const whose = key?.startsWith('D') === true ? 'data' : 'code'
    const what = isBti
      ? 'Code jumped to a place that is no jump target'
      : `The signature of a ${whose} pointer was wrong`
    return {
      class: isBti ? 'bti-failure' : 'pac-failure',
      title: isBti ? 'A jump went where none may land' : 'A pointer\'s signature was wrong',
      backtrace: 'culprit',
      confidence: 'high',
      sentence: [how === undefined ? what : `${what}, ${how}`, place === null ? null : `in ${place}`]
        .filter(Boolean)
        .join(', ')
        .concat('.'),
      cause:
        'The object was freed or overwritten, is of another class than the code thinks, or its pointer was '
          + 'copied as plain bytes.',
      evidence: [panic.evidence(said.line, 'the processor checked the signature')],
      next: [
        'Look for casts between classes, structures copied byte by byte, and objects used after their '
          + 'release.',
        'See which object the register points at.',
      ],
    }
  },
}
