import type { VerdictRule } from '../VerdictRule.ts'
import { oneOf } from '../oneOf.ts'

const SIGNS =
  oneOf(
    /\bMachine Check at|machine check|CATERR|AMCC\d? |DCS GROUP|PlatformErrorHandler|\bECC error/iu,
    /uncorrectable|SError|parity error|LLC Bus error|Platform error/iu,
  )

/** The hardware itself reported an error. */
export const hardwareError: VerdictRule = {
  name: 'hardware-error',
  find(panic) {
    const said = panic.says(SIGNS)
    const isTrap = panic.facts.trap?.type === 18
    if (said === null && !isTrap) return null
    const isMemory = /AMCC|DCS|ECC|parity/iu.test(panic.words)
    const isCheck = isTrap || /machine check|CATERR/iu.test(panic.words)
    const what = isMemory ? 'memory controller' : isCheck ? 'processor' : 'system fabric'
    const line = said?.line ?? panic.facts.panicLine
    return {
      class: isCheck ? 'machine-check' : 'hardware-error',
      title: `Hardware error of the ${what}`,
      backtrace: 'reporter',
      confidence: 'high',
      sentence: `The ${what} reported an error that cannot be corrected.`,
      cause:
        'The error comes from the chip\'s own checks: worn or badly seated memory, voltage or heat, a '
          + 'failing device on the bus, ' +
        'or a driver that let a device reach memory that is not there.',
      evidence: [panic.evidence(line, 'the error that the hardware reported')],
      leads: [
        {
          bundle: what,
          kind: 'hardware',
          weight: 'strong',
          evidence: [panic.evidence(line, 'it reported the error')],
        },
      ],
      next: [
        'Run Apple Diagnostics (or a memory test) and note the codes.',
        'Take off memory, cards and devices that were added; undo overclocking and changed voltages.',
        'Compare with other panics of the machine: the same register values again mean the same part.',
      ],
    }
  },
}
