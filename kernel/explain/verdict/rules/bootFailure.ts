import type { Finding, VerdictRule } from '../VerdictRule.ts'
import { oneOf } from '../oneOf.ts'

const KINDS: readonly (readonly [RegExp, string, string, string, string])[] = [
  [
    /Unable to find driver for this platform: \\?"?(\w{1,40})"?/iu,
    'no-platform-driver',
    'No driver for this platform',
    'The kernel found no platform expert for this machine.',
    'The kernel and the machine\'s ACPI or device tree do not fit: on a Hackintosh the platform kexts, '
      + 'SMBIOS or quirks are wrong.',
  ],
  [
    oneOf(
      /Failed to mount root|cannot mount root|unable to mount root|root (?:hash|image)/iu,
      /cannot find root vnode|Still waiting for root device/iu,
    ),
    'root-mount',
    'The root volume could not be mounted',
    'The system volume was not found or was refused.',
    'The storage driver is missing, the volume is damaged, or its seal is broken.',
  ],
  [
    /cannot find (IO\w{1,60})/iu,
    'missing-service',
    'A service that is needed is missing',
    'A service without which the system cannot go on did not appear.',
    'Its driver did not match or failed to start. It is usually a consequence of something earlier.',
  ],
  [
    oneOf(
      /Cannot perform kext summary|wrong CD ?clock|AppleIntelCPUPowerManagement|OpenCore/iu,
      /Unsupported (?:CPU|PCH)|CPU_INFO|Unknown CPU|tsc_init|cpuid_set/iu,
    ),
    'hackintosh-config',
    'The configuration does not fit the machine',
    'The kernel, or a driver of it, does not know this hardware.',
    'On a Hackintosh a patch, quirk or property is missing: the message is a known one.',
  ],
  [
    oneOf(
      /Incompatible boot args|KernelCache|kernel collection|prelink|booted with no Linkedit/iu,
      /link (?:failed|error)/iu,
    ),
    'kernel-collection',
    'The kernel collection is not right',
    'The collection of kexts that was booted is damaged or does not fit the kernel.',
    'It was built for another kernel, is incomplete, or a kext in it cannot be linked.',
  ],
]

/** The system did not come up. */
export const bootFailure: VerdictRule = {
  name: 'boot-failure',
  find(panic): Finding | null {
    for (const [pattern, name, title, sentence, cause] of KINDS) {
      const said = panic.says(pattern)
      if (said === null) continue
      const what = said.match[1]
      return {
        class: name,
        title,
        cause,
        backtrace: 'reporter',
        confidence: 'high',
        sentence: what === undefined ? sentence : `${sentence.slice(0, -1)} (${what}).`,
        evidence: [panic.evidence(said.line, 'the kernel\'s words')],
        leads: [
          {
            bundle: 'boot configuration',
            kind: 'kernel',
            weight: 'fair',
            evidence: [panic.evidence(said.line, 'what was started does not fit the machine')],
          },
        ],
        next: [
          'Boot verbose (-v) and read the lines before the panic.',
          'Compare boot arguments, kexts and firmware settings with the last ones that worked.',
        ],
      }
    }
    return null
  },
}
