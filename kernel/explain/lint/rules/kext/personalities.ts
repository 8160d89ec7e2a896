import type { KextPersonality } from '../../../../api/index.ts'
import type { Fault } from '../../LintRule.ts'
import type { KextSubject } from '../../subjects.ts'

/** What a rule says of one personality: the key and the message. */
export interface PersonalityFault {
  readonly key: string | null
  readonly message: string
  readonly fix?: string
}

/** Asks a question of each personality of a kext. */
export function ofEach(
  { record }: KextSubject, ask: (one: KextPersonality) => readonly PersonalityFault[],
): Fault[] {
  return record.personalities.flatMap((one) => ask(one).map(({ key, message, fix }) => {
    const at = ['IOKitPersonalities', one.name, ...(key === null ? [] : [key])]
    const fault = { at, message: `${one.name}: ${message}` }
    return fix === undefined ? fault : { ...fault, fix }
  }))
}

/** Nubs of both USB families. */
export const USB_DEVICES: ReadonlySet<string> = new Set(['IOUSBDevice', 'IOUSBHostDevice'])
export const USB_INTERFACES: ReadonlySet<string> = new Set(['IOUSBInterface', 'IOUSBHostInterface'])

/** Whether a personality is for a USB nub. */
export function isForUsb({ providerClass }: KextPersonality): boolean {
  return USB_DEVICES.has(providerClass ?? '') || USB_INTERFACES.has(providerClass ?? '')
}
