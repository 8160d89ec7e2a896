import type { VerdictRule } from '../VerdictRule.ts'
import { oneOf } from '../oneOf.ts'

const SAYS = oneOf(
  /A kext releasing a\(n\) (\w{1,80}) has corrupted the registry/iu,
  /(?:retain|release) a freed object|over-?releas|refcount|retain count|negative retain/iu,
  /attached at free\(\)/iu,
)

/** An object was released once too often, or used when its last reference was gone. */
export const referenceCount: VerdictRule = {
  name: 'reference-count',
  find(panic) {
    const said = panic.says(SAYS)
    if (said === null) return null
    const type = said.match[1] ?? null
    return {
      class: 'over-release',
      title: 'An object was released too often',
      backtrace: 'culprit',
      confidence: 'high',
      sentence:
        type === null
          ? 'The reference count of an object is wrong.'
          : `An object of class ${type} was released while it was still in the registry.`,
      cause: 'Somebody released an object that it had not retained, or kept using it after its release.',
      evidence: [
        panic.evidence(
          said.line,
          type === null ? 'the check of the reference count' : `the class is ${type}`,
        ),
      ],
      cautions: ['Who released last is in the backtrace; who released wrongly may have been there before.'],
      next: [
        'Check each retain and release of that class in the kext of the backtrace; getters do not retain, '
          + 'copies do.',
      ],
    }
  },
}
