import type { LintRule } from '../../LintRule.ts'
import type { KextSubject } from '../../subjects.ts'
import { ofEach } from './personalities.ts'

/** Drivers for cards say whether they work behind Thunderbolt. */
export const tunnelCompatible: LintRule<KextSubject> = {
  id: 'WB206', severity: 'info',
  title: 'Drivers for cards say whether they work behind Thunderbolt',
  why: 'Without IOPCITunnelCompatible the kernel logs a complaint behind a tunnel, and may '
    + 'refuse the driver.',
  fix: 'Add IOPCITunnelCompatible, true if the driver survives that its device goes away.',
  check: (subject) => ofEach(subject, (one) => {
    const classWord = one.table.get('IOPCIClassMatch')
    const base = typeof classWord === 'string' ? /^(?:0x)?([0-9a-f]{2})/iu.exec(classWord)?.[1] : undefined
    const isCard = base !== undefined && ['01', '02', '0c'].includes(base)
    if (one.providerClass !== 'IOPCIDevice' || !isCard || one.table.has('IOPCITunnelCompatible')) return []
    return [{ key: null, message: 'does not say IOPCITunnelCompatible; Thunderbolt carries this class.' }]
  }),
}
