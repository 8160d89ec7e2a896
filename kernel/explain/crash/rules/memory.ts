import { EXC_BAD_ACCESS, EXC_PTRAUTH_BIT } from '../../../abi/index.ts'
import { evidence, frameText, who, type CrashContext, type Finding, type Rule } from '../CrashContext.ts'

/** Addresses below are offsets from a null pointer: the first pages of a process are never mapped. */
const NULL_PAGES = 0x4000n
const NEAR_NULL = 0x10_0000n
/** How far the stack pointer may be from a fault that its own growth made. */
const STACK_REACH = 0x10_0000n
const MANY_FRAMES = 400
/** Patterns that allocators and tools write into freed or fresh memory. */
const POISON: readonly (readonly [pattern: string, meaning: string])[] = [
  ['5555555555555555', 'freed memory that MallocScribble wrote over'],
  ['aaaaaaaaaaaaaaaa', 'fresh memory that MallocScribble filled'],
  ['deadbeefdeadbeef', 'memory that is marked as freed'],
  ['baddc0de', 'memory that is marked as bad'],
]

/** Functions that touch the object they are given: a bad object shows in them. */
const OF_OBJECTS = new RegExp(`^(?:${[
  'objc_msgSend', 'objc_release', 'objc_retain', 'objc_autorelease', 'objc_storeStrong', 'objc_loadWeak',
  '_?objc_rootDealloc',
  'object_getClass', 'swift_release', 'swift_retain', 'swift_unknownObjectRe', 'CFRelease', 'CFRetain',
  '_CFRelease',
  'AutoreleasePoolPage', 'cow_cleanup', '-\\[__NSArray[IM] dealloc', 'std::__1::__shared_weak_count',
].join('|')})`, 'u')

const hex = (value: bigint): string => `0x${value.toString(16)}`
const register = ({ registers }: CrashContext, ...names: string[]): bigint | null => {
  const value = names.map((name) => registers[name]).find((one) => one !== undefined)
  return value === undefined ? null : BigInt(value)
}

/** How often the innermost functions come again: 1 for a stack without recursion. */
export function recursionOf({ frames }: CrashContext): { count: number; name: string | null } {
  const counts = new Map<string, number>()
  for (const frame of frames) {
    const key = frame.symbol ?? frame.address
    if (key !== null) counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  let best: { count: number; name: string | null } = { count: 1, name: null }
  for (const [name, count] of counts) if (count > best.count) best = { count, name }
  return best
}

/** The stack grew into its guard page. */
export const stackOverflow: Rule = (context) => {
  const { record, fault } = context
  if (context.exception !== EXC_BAD_ACCESS || fault === null) return null
  const marked = record.sections.flatMap(({ lines }) => lines)
    .find((line) => /^\s*--+>.*stack.?guard/iu.test(line))
  const sp = register(context, 'sp', 'rsp', 'esp')
  const distance = sp === null ? null : sp > fault ? sp - fault : fault - sp
  const recursion = recursionOf(context)
  const again = recursion.count < 10 || recursion.name === null ? ''
    : `: ${recursion.name} is on it ${recursion.count} times`
  const isDeep = context.frames.length >= MANY_FRAMES || recursion.count >= 20
  const isNear = distance !== null && distance < STACK_REACH && fault > NEAR_NULL
  if (marked === undefined && !(isNear && isDeep)) return null
  return {
    class: 'stack-overflow', title: 'Stack overflow',
    sentence: `The stack of thread ${record.faultingThread ?? '?'} grew into its guard page`
      + `${again}.`,
    cause: recursion.count >= 10 ? 'A recursion that does not end.'
      : 'A deep call chain, or a very large local variable.',
    evidence: [
      ...marked === undefined ? [] : [evidence(marked.trim(), 'The fault lies in a stack guard.')],
      ...isNear ? [evidence(`sp ${hex(sp!)}, fault ${hex(fault)}`, `They are ${hex(distance)} apart.`)] : [],
      ...isDeep ? [evidence(`${context.frames.length} frames`, 'The stack is very deep.')] : [],
    ],
    confidence: marked !== undefined && isDeep ? 'high' : 'medium',
    next: ['Look for what ends the recursion, and why it did not.',
      'Threads other than the main one have 512 KB of stack.'],
  }
}

/** A pointer that was signed and did not authenticate. */
export const pointerAuthentication: Rule = (context) => {
  const { record } = context
  const subtype = record.exception?.subtype ?? ''
  const bit = context.exception === EXC_BAD_ACCESS && context.codes.length > 0
    && !/x86/iu.test(record.codeType ?? '')
    && (Number(context.codes[0]) & EXC_PTRAUTH_BIT) !== 0
  const isFail = record.termination?.namespace === 'PAC_EXCEPTION' || context.codes[0] === 0x105n
  if (!bit && !isFail && !/pointer authentication/iu.test(subtype)) return null
  return {
    class: 'pointer-authentication', title: 'Pointer authentication failed',
    sentence: `A pointer was used that ${isFail ? 'failed' : 'probably failed'} to authenticate`
      + `${context.fault === null ? '' : ` (${hex(context.fault)})`}.`,
    cause: 'A signed pointer was overwritten, used after its object was freed, or has the wrong signature.',
    evidence: [evidence(subtype === '' ? record.exception?.codes ?? 'PAC' : subtype,
      'The system suspects the pointer\'s signature.')],
    confidence: isFail ? 'high' : 'medium',
    next: [
      'Run it with Address Sanitizer: overwritten and freed objects show first there.',
      'In C and C++, look for casts of function pointers and for vtables of freed objects.',
    ],
  }
}

/** A null pointer, or a small offset from one. */
export const nullDereference: Rule = (context) => {
  const { record, fault } = context
  if (context.exception !== EXC_BAD_ACCESS || fault === null || fault >= NEAR_NULL) return null
  const { access } = record.derived
  const isCall = access === 'execute'
  const action = isCall ? 'called' : access === 'write' ? 'written through' : access === 'read'
    ? 'read through' : 'used'
  const offset = fault === 0n ? '' : ` (offset ${hex(fault)})`
  const caller = isCall ? context.frames.find(({ address }) => address !== null
    && BigInt(address) >= NEAR_NULL) : context.frames[0]
  const place = caller === undefined ? '' : ` in ${frameText(caller)}`
  return {
    class: isCall ? 'null-call' : 'null-dereference', title: isCall ? 'Call of a null function pointer'
      : 'Null pointer',
    sentence: `A null pointer was ${action}${offset}${place}.`,
    cause: fault === 0n || isCall ? 'A pointer that was never set, or was cleared.'
      : `A field at offset ${hex(fault)} of an object that is not there.`,
    evidence: [evidence(record.exception?.subtype ?? record.exception?.codes ?? '',
      `The address is ${hex(fault)}.`)],
    confidence: fault < NULL_PAGES ? 'high' : 'medium',
    next: [isCall ? 'Look where the caller gets the function pointer from.'
      : 'Look which pointer the first frames use unchecked.'],
  }
}

function poisonOf(context: CrashContext): { text: string; meaning: string } | null {
  const values: [string, string][] = Object.entries(context.registers)
  if (context.fault !== null) values.unshift(['fault', hex(context.fault)])
  for (const [name, value] of values) {
    const hit = POISON.find(([pattern]) => name !== 'x11' && value.includes(pattern))
    if (hit !== undefined) return { text: `${name} ${value}`, meaning: hit[1] }
  }
  return null
}

/** Signs of an object that was freed. */
export const useAfterFree: Rule = (context) => {
  if (context.exception !== EXC_BAD_ACCESS) return null
  const poison = poisonOf(context)
  const top = context.frames.slice(0, 3).find(({ symbol }) => symbol !== null && OF_OBJECTS.test(symbol))
  if (poison === null && top === undefined) return null
  return {
    class: 'use-after-free', title: 'Freed object',
    sentence: `An object was used that was ${poison === null ? 'probably ' : ''}freed or overwritten`
      + `${top === undefined ? '' : `, in ${top.symbol}`}.`,
    cause: 'A reference was kept to an object whose owner had let it go, or memory was overwritten.',
    evidence: [
      ...poison === null ? [] : [evidence(poison.text, `That is ${poison.meaning}.`)],
      ...top === undefined ? [] : [evidence(frameText(top), 'This function touches the object it is given.')],
    ],
    confidence: poison === null ? 'medium' : 'high',
    next: ['Run it with Address Sanitizer or Zombies: they name the object and who freed it.'],
  }
}

const titles = { read: 'could not be read', write: 'could not be written', execute: 'is not code' }

/** Any other address that could not be accessed. */
export const badAccess: Rule = (context): Finding | null => {
  const { record, fault, codes } = context
  if (context.exception !== EXC_BAD_ACCESS && context.signal !== 'SIGSEGV'
    && context.signal !== 'SIGBUS') return null
  const { access } = record.derived
  const subtype = record.exception?.subtype ?? ''
  const isProtected = codes[0] === 2n || subtype.includes('KERN_PROTECTION_FAILURE')
  const isAligned = codes[0] === 0x101n || subtype.includes('EXC_ARM_DA_ALIGN')
  const isDisk = codes[0] === 10n || subtype.includes('KERN_MEMORY_ERROR')
  const at = fault === null ? 'An address' : `The address ${hex(fault)}`
  const kind = isDisk ? 'page-in-error' : isAligned ? 'misaligned-access'
    : isProtected ? 'protection-failure' : 'bad-pointer'
  const why = record.derived.exception ?? 'the address is not valid'
  return {
    class: kind,
    title: isDisk ? 'Page could not be read' : isAligned ? 'Misaligned access' : isProtected
      ? 'Forbidden access' : 'Bad pointer',
    sentence: `${at} ${access === null ? 'could not be accessed' : titles[access]}: ${why}.`,
    cause: isDisk ? 'The file or disk behind the memory could not be read: it was removed, cut or is failing.'
      : isProtected && access === 'write'
        ? 'Memory that is read-only was written: a constant, code, or the wrong pointer.'
        : access === 'execute' ? 'A wrong function pointer or a damaged return address was followed.'
          : 'A pointer was never set, was overwritten, or its memory was freed.',
    evidence: [evidence(subtype === '' ? record.exception?.codes ?? context.signal ?? '' : subtype,
      `${who(record)}: ${why}.`)],
    confidence: isDisk || isAligned ? 'high' : 'medium',
    next: isDisk ? ['Check the volume that the file is on.']
      : ['Run it with Address Sanitizer, or look at the registers and the first frames.'],
  }
}
