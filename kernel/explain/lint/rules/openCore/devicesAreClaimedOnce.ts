import type { LintRule } from '../../LintRule.ts'
import type { KextPersonality, KextValue } from '../../../../api/index.ts'
import type { OpenCoreEntry, OpenCoreSubject } from '../../subjects.ts'
import { atEntry, canMeet, enabled } from './entries.ts'

/** What a personality claims by number, with its provider class and category: each a text of its own. */
function claimsOf({ providerClass, category, matchKeys, table }: KextPersonality): string[] {
  const where = `${providerClass ?? ''} ${category ?? 'IODefaultMatchCategory'}`
  const words = ['IOPCIMatch', 'IOPCIPrimaryMatch'].flatMap((key) => {
    const value = matchKeys.get(key)
    return typeof value === 'string' ? value.toLowerCase().trim().split(/\s+/u) : []
  })
  const whole = words.filter((word) => /^(?:0x)?[0-9a-f]{8}$/u.test(word)).map((word) =>
    word.replace(/^0x/u, ''))
  const [vendor, product] = [table.get('idVendor'), table.get('idProduct')]
  const place = ['bInterfaceNumber', 'bConfigurationValue'].map((key) => numberText(table.get(key))).join('.')
  const isUsb = typeof vendor === 'number' && typeof product === 'number'
  const usb = isUsb ? [`${where} ${place} ${hex(vendor)}:${hex(product)}`] : []
  return [...whole.map((word) => `${where} ${word.slice(4)}:${word.slice(0, 4)}`), ...usb]
}

const claimsOfEntry = ({ record }: OpenCoreEntry): string[] => record?.personalities.flatMap(claimsOf) ?? []
const numberText = (value: KextValue | undefined): string => (typeof value === 'number' ? String(value) : '')
const hex = (value: number): string => value.toString(16).padStart(4, '0')

/** Two kexts do not claim one device in one category. */
export const devicesAreClaimedOnce: LintRule<OpenCoreSubject> = {
  id: 'WB310', severity: 'warning',
  title: 'Two kexts do not claim one device in one category',
  why: 'Only one of them gets the device: the higher score, else the one that is loaded first.',
  fix: 'Disable one of them, or raise the score of the one that you want.',
  check: (subject) => {
    const known = new Map<string, OpenCoreEntry>()
    const told = new Set<string>()
    return enabled(subject).flatMap((entry) => claimsOfEntry(entry).flatMap((claim) => {
      const rival = known.get(claim)
      if (rival === undefined) known.set(claim, entry)
      const pair = `${rival?.index} ${entry.index}`
      if (rival === undefined || rival === entry || told.has(pair) || !canMeet(rival, entry)) return []
      told.add(pair)
      const device = claim.split(' ').at(-1)!
      return [{ at: atEntry(entry),
        message: `${entry.bundlePath} and ${rival.bundlePath} both claim ${device}.` }]
    }))
  },
}
