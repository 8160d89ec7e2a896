import type { Finding, VerdictRule } from '../VerdictRule.ts'

const NAMES: Readonly<Record<string, string>> = {
  DCP: 'display coprocessor',
  DCPEXT: 'coprocessor of an external display',
  SMC: 'system management controller',
  AOP: 'always-on processor',
  SEP: 'secure enclave',
  ANS: 'storage coprocessor',
  ANS2: 'storage coprocessor',
  ANE: 'neural engine',
  GFX: 'graphics coprocessor',
  ISP: 'image processor',
  PMP: 'power management processor',
  SIO: 'I/O coprocessor',
  AVE: 'video encoder',
  MTP: 'touch processor',
  ASC: 'coprocessor',
  AVD: 'video decoder',
  BT: 'Bluetooth controller',
  WIFI: 'Wi-Fi controller',
}

const DISPLAY_NEXT = [
  'Take external displays, hubs and adapters off, and see whether it comes back with the built-in display '
    + 'alone.',
]

/** A coprocessor's firmware gave up and took the machine with it. */
export const coprocessor: VerdictRule = {
  name: 'coprocessor',
  find(panic): Finding | null {
    const { coprocessor: found } = panic.facts
    if (found === null) return null
    const key = found.name.toUpperCase().replace(/\d+$/u, '')
    const what = NAMES[found.name.toUpperCase()] ?? NAMES[key] ?? 'coprocessor'
    const firmware = /Client: ([A-Za-z]\w{0,63})/u.exec(found.firmware ?? '')?.[1] ?? found.name
    return {
      class: 'coprocessor-panic',
      title: `Panic of the ${what}`,
      backtrace: 'reporter',
      confidence: 'high',
      sentence: `The firmware of the ${what} (${found.name}) stopped: `
        + `${found.message.slice(0, 160) || 'no reason given'}.`,
      cause:
        'A coprocessor runs its own firmware. When that asserts, the driver on the main processors can only '
          + 'report it and panic.',
      evidence: [panic.evidence(found.line, `the message is ${found.name}'s own`)],
      leads: [
        {
          bundle: firmware,
          kind: 'firmware',
          weight: 'strong',
          evidence: [panic.evidence(found.line, 'its firmware reported the failure')],
        },
      ],
      cautions: ['The kext in the backtrace is the driver that passes the firmware\'s message on.'],
      next: [
        'Install the newest system: it carries the coprocessors\' firmware.',
        ...(what.includes('display') ? DISPLAY_NEXT : []),
        'If it comes back on a clean system, it is the hardware behind that coprocessor.',
      ],
    }
  },
}
