import type { Finding, Lead, VerdictRule } from '../VerdictRule.ts'
import { isFamily, isThirdParty, type PanicView } from '../PanicView.ts'

/** Where the blocked thread waits tells what it waits for. */
const WAITS: readonly (readonly [RegExp, string])[] = [
  [/IOWorkLoop::closeGate/u, 'it waits for the gate of a work loop that another thread holds'],
  [/IOWorkLoop::sleepGate|IOCommandGate::commandSleep/u, 'it sleeps on its work loop until a device answers'],
  [/lck_mtx_lock/u, 'it waits for a mutex that another thread holds'],
  [/IOLockLock|lck_rw_lock/u, 'it waits for a lock that another thread holds'],
  [/AcpiExSystemDoSleep|AcpiEx/u, 'it runs the firmware\'s ACPI code'],
]

function waiting(panic: PanicView): Finding['evidence'] {
  for (const { frame, derived } of panic.realFrames()) {
    const found = WAITS.find(([pattern]) => derived.function !== null && pattern.test(derived.function))
    if (found !== undefined) return [panic.evidence(frame.line, found[1])]
  }
  return []
}

function codeWords(panic: PanicView): string {
  const phase = panic.facts.derived.sleepPhase!
  const pending = phase.pendingPciDevices
  return (
    `failure code ${phase.code} is ${phase.name}` +
    (pending.length === 0
      ? ''
      : `; top-level PCI device${pending.length === 1 ? '' : 's'} number ${pending.join(', ')} had not `
        + 'answered')
  )
}

function namedLead(panic: PanicView, bundle: string, line: number): Lead {
  const says = isFamily(bundle)
    ? 'the kernel names it; a family stands for the driver below it that did not answer'
    : 'the kernel found its code to be the call that had not returned'
  return {
    bundle,
    kind: isFamily(bundle) ? 'family' : isThirdParty(bundle) ? 'third-party' : 'apple',
    weight: isFamily(bundle) ? 'fair' : 'strong',
    evidence: [panic.evidence(line, says)],
  }
}

/** The words and the code may name different phases: they are taken one after the other. */
function disagrees({
  facts: {
    derived: { sleepPhase },
    sleepFailure,
  },
}: PanicView): boolean {
  return (
    sleepPhase?.text != null && sleepFailure?.doing != null && !sleepFailure.doing.startsWith(sleepPhase.text)
  )
}

function cautionsOf(panic: PanicView, suspect: string | null): string[] {
  const { sleepPhase } = panic.facts.derived
  return [
    ...(suspect !== null && isFamily(suspect)
      ? [`${suspect} is a family: its child, a driver of one device, is more likely than the family itself.`]
      : []),
    ...(sleepPhase !== null && disagrees(panic)
      ? [
          `The message and the failure code name different phases (the code is ${sleepPhase.name}): the `
            + 'code was taken later.',
        ]
      : []),
  ]
}

function causeOf(panic: PanicView): string {
  const { sleepPhase } = panic.facts.derived
  const { sleepFailure } = panic.facts
  const words =
    sleepPhase === null || disagrees(panic)
      ? (sleepFailure?.doing ?? 'a phase that is not told')
      : sleepPhase.name.replace('kIOPMTracePoint', '')
        + (sleepPhase.text === null ? '' : ` (${sleepPhase.text})`)
  return `It stopped in ${words}: somebody who has to finish before the transition goes on did not.`
}

function firmwareFailure(panic: PanicView, line: number | null): Finding {
  return {
    class: 'sleep-wake-firmware',
    title: 'Failure between sleep and wake, in the firmware',
    backtrace: 'reporter',
    confidence: 'high',
    sentence: 'The machine did not come back from sleep: it was lost while the firmware had it.',
    cause:
      'After the system has handed the machine over, only firmware and power run until the system is called '
        + 'again.',
    evidence: [panic.evidence(line, 'the kernel says that the firmware had the machine')],
    leads: [
      {
        bundle: 'firmware',
        kind: 'firmware',
        weight: 'fair',
        evidence: [panic.evidence(line, 'it had the machine when it was lost')],
      },
    ],
    cautions: ['The stackshot below is meaningless: the kernel says so itself.'],
    next: [
      'Update the firmware; on a Hackintosh check the sleep settings of the firmware and the USB map.',
      'Try without any device attached.',
    ],
  }
}

/** Going to sleep or waking up took too long. */
export const sleepWake: VerdictRule = {
  name: 'sleep-wake',
  find(panic): Finding | null {
    const inFirmware = panic.says(/Sleep Wake failure in EFI/iu)
    if (inFirmware !== null) return firmwareFailure(panic, inFirmware.line)
    if (panic.facts.message === null) {
      const line = panic.reads(/^Sleep Wake failure in EFI/iu)
      if (line !== null) return firmwareFailure(panic, line)
    }
    const said = panic.says(/(?:Sleep|Wake) transition timed out|Sleep\/Wake hang detected/iu)
    const failure = panic.facts.sleepFailure
    if (said === null || failure === null) return null
    const suspect = failure.suspectedBundle
    const what =
      failure.transition === 'wake'
        ? 'Waking up'
        : failure.transition === 'sleep'
          ? 'Going to sleep'
          : 'Sleep or wake'
    const { sleepPhase } = panic.facts.derived
    return {
      class: 'sleep-wake-timeout',
      title: `${what} timed out`,
      backtrace: 'blocked',
      confidence: 'high',
      cause: causeOf(panic),
      sentence:
        `${what} did not finish${failure.seconds === null ? '' : ` within ${failure.seconds} seconds`}` +
        (failure.doing === null ? '' : ` while ${failure.doing}`)
        + `${suspect === null ? '' : `; the kernel suspects ${suspect}`}.`,
      evidence: [
        panic.evidence(said.line, 'the watchdog of power transitions'),
        ...(sleepPhase === null ? [] : [panic.evidence(failure.codeLine ?? failure.line, codeWords(panic))]),
        ...waiting(panic),
      ],
      leads: suspect === null ? [] : [namedLead(panic, suspect, failure.line)],
      cautions: cautionsOf(panic, suspect),
      next: [
        'Run `pmset -g log` and look at the last driver that was slow before this.',
        'Take devices off one by one, first those of the suspected bundle, and put the machine to sleep.',
        'Remove third-party kexts of that family and try again.',
      ],
    }
  },
}
