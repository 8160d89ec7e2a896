import type { LintRule } from '../../LintRule.ts'
import { isVariable, type KextSubject } from '../../subjects.ts'
import { ofEach, type PersonalityFault } from './personalities.ts'

const KEYS = ['IOPCIMatch', 'IOPCIPrimaryMatch', 'IOPCISecondaryMatch', 'IOPCIClassMatch']
const MAX_WORDS = 5
/** Makers whose numbers are no device numbers of others, as far as one meets them in kexts. */
const MAKERS = new Set(['8086', '10de', '1002', '1022', '10ec', '14e4', '168c', '106b', '11ab', '1969',
  '1b21', '15b7', '144d'])

function wordFault(key: string, word: string): PersonalityFault[] {
  const match = /^(?:0x)?([0-9a-f]{1,8})(?:&(?:0x)?[0-9a-f]{1,8})?$/iu.exec(word)
  if (match === null) return [{ key,
    message: `${key} holds "${word}", which is no hexadecimal word with a mask.` }]
  const digits = match[1]!.padStart(8, '0').toLowerCase()
  const [high, low] = [digits.slice(0, 4), digits.slice(4)]
  if (key === 'IOPCIClassMatch' || !MAKERS.has(high) || MAKERS.has(low)) return []
  return [{
    key, message: `${key} ${word} has the maker ${high} where the device stands.`,
    fix: `Write 0x${low}${high}.`,
  }]
}

/** PCI words are device and vendor in hexadecimal. */
export const pciWordIsValid: LintRule<KextSubject> = {
  id: 'WB213', severity: 'error',
  title: 'PCI words are device and vendor in hexadecimal',
  why: 'A word is 0xDDDDVVVV with an optional &0xmask, several separated by blanks; anything '
    + 'else ends the comparison or matches another device.',
  fix: 'Write device, then vendor: 0x816810ec for 10ec:8168.',
  check: (subject) => ofEach(subject, ({ table }) => KEYS.flatMap((key) => {
    const value = table.get(key)
    if (typeof value !== 'string' || isVariable(value)) return []
    const words = value.trim().split(/\s+/u)
    if (value.trim() === '') return [{ key, message: `${key} is empty.` }]
    return words.flatMap((word) => wordFault(key, word)).slice(0, MAX_WORDS)
  })),
}
