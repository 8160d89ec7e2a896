import type { VerdictRule } from '../VerdictRule.ts'

/** A port of PCI Express, or the device behind it, broke the link's rules. */
export const pcieError: VerdictRule = {
  name: 'pcie-error',
  find(panic) {
    const said = panic.says(/\bapcie\[(?:\d{1,3}:)?([\w-]{1,40})\]::\w{1,60}: (.{1,160})/iu)
    if (said === null) return null
    const port = said.match[1]!
    return {
      class: 'pcie-error',
      title: `Error of PCI Express port ${port}`,
      backtrace: 'reporter',
      confidence: 'high',
      sentence: `The PCI Express port ${port} reported an error that its driver does not survive: `
        + `${said.match[2]!.split(' linksts')[0]!.trim()}.`,
      cause: 'The link to the device behind the port failed, or the device asked for memory it may not reach.',
      evidence: [panic.evidence(said.line, 'the port\'s driver names it and the state of the link')],
      leads: [
        {
          bundle: `device at PCI Express port ${port}`,
          kind: 'hardware',
          weight: 'strong',
          evidence: [panic.evidence(said.line, 'the port that reported the error')],
        },
      ],
      cautions: ['AppleT…PCIe in the backtrace is the port\'s driver: it only reports.'],
      next: [
        'See whether it comes with one device, cable or dock, or on waking up.',
        'Without any device the part on the board is suspected: Wi-Fi, Ethernet, card reader or SSD by the port\'s name.',
      ],
    }
  },
}
