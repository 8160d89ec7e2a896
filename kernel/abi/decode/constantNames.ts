import * as messages from '../IOMessage.ts'
import * as returns from '../IOReturn.ts'
import * as kernel from '../kern_return.ts'
import { stringFromReturn } from '../IOReturnText.ts'
import type { ReadingKind } from './Reading.ts'

/** A named constant of the headers. */
export interface Constant {
  readonly name: string
  /** As an unsigned 32-bit number. */
  readonly value: number
  readonly kind: ReadingKind
}

const KINDS: readonly (readonly [pattern: RegExp, kind: ReadingKind])[] = [
  [/^kIOReturn[A-Z]/u, 'IOReturn'], [/^kOS(?:Return|MetaClass|KextReturn)[A-Z]/u, 'OSReturn'],
  [/^KERN_/u, 'kern_return'], [/^MACH_(?:SEND|RCV|MSG)_/u, 'mach_msg_return'], [/^MIG_/u, 'mig_return'],
  [/^kIO(?:PM)?Message[A-Z]/u, 'IOMessage'],
]
/** Flags that are added to a message error, and no errors themselves. */
const FLAGS = new Set(['MACH_MSG_VM_SPACE', 'MACH_MSG_IPC_SPACE'])

function constantsOf(module: Readonly<Record<string, unknown>>): Constant[] {
  return Object.entries(module).flatMap(([name, value]) => {
    const kind = KINDS.find(([pattern]) => pattern.test(name))?.[1]
    const isCode = kind !== undefined && typeof value === 'number' && !FLAGS.has(name)
    return isCode ? [{ name, value: value >>> 0, kind }] : []
  })
}

/** Every result and message that has a name in the headers. */
export const constants: readonly Constant[] = [...constantsOf(returns), ...constantsOf(kernel),
  ...constantsOf(messages)]

const byValue = new Map<number, Constant[]>()
const byName = new Map(constants.map((constant) => [constant.name.toLowerCase(), constant]))
for (const constant of constants) byValue.set(constant.value, [...byValue.get(constant.value) ?? [],
  constant])

/** The constants that have this value. */
export function constantsWith(value: number): readonly Constant[] {
  return byValue.get(value) ?? []
}

/** The constant of this name, whatever its case. */
export function constantNamed(name: string): Constant | null {
  return byName.get(name.toLowerCase()) ?? null
}

/** Constants whose names hold the text. */
export function constantsLike(text: string): readonly Constant[] {
  const wanted = text.toLowerCase()
  return constants.filter(({ name }) => name.toLowerCase().includes(wanted))
}

/** A constant's meaning in words: the kernel's where it has some, else those of its name. */
export function constantMeaning({ name, value, kind }: Constant): string {
  const words = kind === 'IOReturn' ? stringFromReturn(value) : '0x'
  if (!words.startsWith('0x')) return words
  const bare = name.replace(/^(?:kIOReturn|kIOMessage|kIOPMMessage|kOSKextReturn|kOSMetaClass|kOSReturn)/u,
    '')
    .replace(/^(?:KERN|MIG)_/u, '').replace(/^MACH_(SEND|RCV|MSG)_/u, '$1_')
  return bare.replaceAll(/([a-z0-9])([A-Z])/gu, '$1 $2').replaceAll('_', ' ').toLowerCase()
    .replace(/^rcv /u, 'receive: ').replace(/^send /u, 'send: ')
}
