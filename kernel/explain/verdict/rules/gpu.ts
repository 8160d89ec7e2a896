import type { Finding, VerdictRule } from '../VerdictRule.ts'
import { isThirdParty } from '../PanicView.ts'

const VENDORS: readonly (readonly [RegExp, string, string])[] = [
  [
    /\bPPLIB\b|AMDRadeon|AmdRadeon|amdgpu|\bATI\w|\bAMD[A-Z]?\w{0,20}(?:GPU|Framebuffer|Radeon|Accel)/u,
    'amd-gpu',
    'AMD',
  ],
  [/NVRM|\bNVDA|nvidia|GeForce/iu, 'nvidia-gpu', 'NVIDIA'],
  [/AGX|IOGPU|AppleGPU|GPUGroup|IOMobileFramebuffer|IOMFB/u, 'apple-gpu', 'Apple'],
  [/AppleIntel\w{0,40}(?:Graphics|Framebuffer)|IntelAccelerator|\bIGPU\b/u, 'intel-gpu', 'Intel'],
  [/IOAccelerator|IOGraphics|mux-regs|GPU (?:hang|reset|panic)|GPURestart/iu, 'gpu', 'the'],
]

/** The graphics driver stopped the machine. */
export const gpu: VerdictRule = {
  name: 'gpu',
  find(panic): Finding | null {
    const file = panic.facts.source?.file ?? ''
    const text = `${panic.words} ${file} ${/\bcom\.apple\.Amd\w+\.cpp/u.exec(panic.message)?.[0] ?? ''}`
    const vendor = VENDORS.find(([pattern]) => pattern.test(text))
    const isEvent = panic.facts.reporter?.bugType?.meaning?.startsWith('GPU') === true
    if (vendor === undefined && !isEvent) return null
    const [, name, maker] = vendor ?? [/x/u, 'gpu', 'the']
    const { panicLine } = panic.facts
    const kext = panic.facts.backtraceKexts.find(
      ({ id }) => VENDORS.some(([pattern]) => pattern.test(id)) || isThirdParty(id),
    )
    return {
      class: name,
      title: maker === 'the' ? 'The graphics driver gave up' : `${maker}'s graphics driver gave up`,
      backtrace: 'culprit',
      confidence: isEvent || kext !== undefined ? 'high' : 'medium',
      sentence:
        panic.words === ''
          ? 'The graphics processor was restarted.'
          : `The graphics driver stopped the machine itself: ${panic.words.slice(0, 200)}`,
      cause:
        'The graphics processor or its firmware did not answer as the driver expects, or the driver\'s own '
          + 'records do not agree.',
      evidence: [panic.evidence(panicLine, 'the driver\'s own words')],
      leads:
        file === '' || kext !== undefined
          ? []
          : [
              {
                bundle: /IOGPU/u.test(file) ? 'com.apple.iokit.IOGPUFamily' : file,
                kind: /IOGPU/u.test(file) ? 'family' : 'apple',
                weight: 'fair',
                evidence: [panic.evidence(panicLine, `the check is in ${file}`)],
              },
            ],
      cautions: [
        'The panicked task is the one whose work was drawn or computed: it is a bystander unless it alone '
          + 'does it every time.',
      ],
      next: [
        'See whether one app, one display or waking up brings it on.',
        name === 'apple-gpu'
          ? 'Lower the memory that GPU work takes (large models and textures) and install the newest system.'
          : 'On a Hackintosh check the graphics properties and the boot arguments of the patching kexts.',
      ],
    }
  },
}
