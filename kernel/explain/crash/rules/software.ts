import { EXC_ARITHMETIC, EXC_BAD_INSTRUCTION, EXC_BREAKPOINT, EXC_GUARD } from '../../../abi/index.ts'
import { evidence, frameText, saidBy, who, type CrashContext, type Finding,
  type Rule } from '../CrashContext.ts'

/** A sentence with the words of the report behind it. */
function sentence(start: string, words: string): string {
  const said = words.slice(0, 300).trim()
  return (said === '' ? start : `${start}: ${said}`).replace(/\.?$/u, '.')
}

const hasFrame = (context: CrashContext, pattern: RegExp, depth = 12): boolean =>
  context.frames.slice(0, depth).some(({ symbol }) => symbol !== null && pattern.test(symbol))

/** A guarded descriptor, port, file or part of memory was misused. */
export const guard: Rule = ({ record, exception }) => {
  if (exception !== EXC_GUARD && record.termination?.namespace !== 'GUARD') return null
  const said = record.derived.exception ?? record.derived.termination
  const text = record.exception?.subtype ?? record.exception?.message ?? record.exception?.codes ?? 'GUARD'
  return {
    class: 'guard', title: 'Guarded resource misused',
    sentence: said === null ? `${who(record)} misused a guarded resource.` : said,
    cause: /FD|descriptor/u.test(text + (said ?? ''))
      ? 'A descriptor of a library was closed or used by somebody else; often one that was closed twice.'
      : 'Something that a library guards was used by somebody else.',
    evidence: [evidence(text, said ?? 'The guard that was violated.')],
    confidence: 'high',
    next: [
      'The first frame outside of the system is who misused it.',
      'For descriptors: look for one that is closed twice.',
    ],
  }
}

/** Division by zero and the like. */
export const arithmetic: Rule = ({ record, exception, signal, frames }) => {
  if (exception !== EXC_ARITHMETIC && signal !== 'SIGFPE') return null
  const [top] = frames
  const what = record.derived.exception
  return {
    class: 'arithmetic', title: 'Arithmetic error',
    sentence: `${who(record)} made an arithmetic error: ${what ?? 'probably a division by zero'}`
      + `${top === undefined ? '' : `, in ${frameText(top)}`}.`,
    cause: record.derived.exception ?? 'Division by zero.',
    evidence: [evidence(record.exception?.codes ?? 'SIGFPE', record.derived.exception
      ?? 'The signal of arithmetic errors.')],
    confidence: 'high',
    next: ['Look for a divisor that may be zero in the first frame.'],
  }
}

/** Messages of the allocator and of stack protection. */
const CORRUPTION: readonly (readonly [pattern: RegExp, kind: string, what: string])[] = [
  [/pointer being freed was not allocated/u, 'bad-free',
    'memory was freed that was not allocated, or was freed twice'],
  [/pointer being realloc'd was not allocated/u, 'bad-free', 'memory was resized that was not allocated'],
  [/(?:incorrect checksum for freed object|heap corruption|corrupt(?:ed|ion)|BUG IN CLIENT OF LIBMALLOC)/iu,
    'heap-corruption',
    'the heap was damaged'],
  [/stack (?:buffer overflow|smashing)/iu, 'stack-smashing', 'a local buffer overflowed'],
]

/** Memory was damaged, and somebody noticed. */
export const corruption: Rule = (context) => {
  const smashed = hasFrame(context, /^__stack_chk_fail/u)
  for (const [pattern, kind, what] of CORRUPTION) {
    const match = saidBy(context, pattern)
    if (match === null && !(smashed && kind === 'stack-smashing')) continue
    return {
      class: kind, title: 'Damaged memory',
      sentence: `${who(context.record)} stopped itself: ${what}.`,
      cause: `${what[0]!.toUpperCase()}${what.slice(1)}; the damage was done before it was noticed.`,
      evidence: [evidence(match?.input ?? '__stack_chk_fail', 'Whoever noticed it says so.')],
      confidence: 'high',
      next: ['Run it with Address Sanitizer: it stops at the write that does the damage.'],
    }
  }
  return null
}

/** An exception of Objective-C or C++ that nobody caught. */
export const uncaughtException: Rule = (context) => {
  const { record } = context
  const said = saidBy(context, /(?:uncaught exception(?: of type)?[: ]*)(.*)/iu) ?? saidBy(context,
    /^\*\*\* (?!error)(.+)/u)
  const hasStack = record.lastException.length > 0
  const isThrown = hasFrame(context,
    /^(?:_?objc_exception_throw|__cxa_throw|_objc_terminate|std::terminate|demangling_terminate)/u, 24)
  if (said === null && !hasStack && !isThrown && record.termination?.namespace !== 'OBJC') return null
  const isForeign = /libc\+\+abi|std::|of type (?!NS)/u.test(said?.input ?? '') && !hasStack
  const reason = said?.[1]?.trim() ?? ''
  return {
    class: isForeign ? 'cpp-exception' : 'uncaught-exception', title: 'Uncaught exception',
    sentence: sentence(`${who(record)} threw an exception that nobody caught`, reason),
    cause: reason === '' ? 'The report does not have the exception\'s words; its stack shows who threw it.'
      : reason,
    evidence: [
      ...said === null ? [] : [evidence(said.input, 'The exception\'s own words.')],
      ...hasStack ? [evidence(`${record.lastException.length} frames`,
        'The report has the stack of the exception.')] : [],
    ],
    confidence: said === null && !hasStack ? 'medium' : 'high',
    next: ['Read the stack of the exception, not that of the abort.'],
  }
}

/** A trap instruction: failed preconditions of Swift, of Dispatch, of libraries. */
export const trap: Rule = (context): Finding | null => {
  const { record, exception, signal, frames } = context
  if (exception !== EXC_BREAKPOINT && exception !== EXC_BAD_INSTRUCTION && signal !== 'SIGTRAP'
    && signal !== 'SIGILL') return null
  const said = saidBy(context, /(?:Fatal error|Assertion failed|BUG IN CLIENT OF \w+|Precondition failed).*/u)
  const isSwift = hasFrame(context, /_assertionFailure|^swift_|_fatalErrorMessage|^specialized |^closure #/u)
  const isClient = said !== null || hasFrame(context, /^_dispatch_|^__pthread_|^_os_|^dispatch_/u, 2)
  const [top] = frames
  const place = top === undefined ? '' : ` in ${frameText(top)}`
  const isTrap = exception === EXC_BREAKPOINT || said !== null || isSwift
    || /^(?:SIGTRAP|SIGILL)$/u.test(signal ?? '')
  return {
    class: isSwift ? 'swift-trap' : isTrap && isClient ? 'assertion' : exception === EXC_BREAKPOINT
      ? 'trap' : 'illegal-instruction',
    title: isSwift ? 'Swift runtime check failed' : 'Trap',
    sentence: sentence(`${who(record)} stopped itself${place}`, said?.[0] ?? ''),
    cause: isSwift
      ? 'A nil that was unwrapped, an index out of range, an overflow, a failed cast or precondition.'
      : isClient ? 'A library found that it was used wrongly.'
        : 'A trap that stands there for what must not happen, or code that was damaged.',
    evidence: [evidence(said?.[0] ?? record.exception?.type ?? signal ?? '',
      'A deliberate stop, not a bad access.')],
    confidence: said !== null || isSwift ? 'high' : 'medium',
    next: ['Look at the line of the first frame of the program: it says what must hold there.'],
  }
}

/** The process aborted itself. */
export const abort: Rule = (context) => {
  const { record, signal } = context
  if (signal !== 'SIGABRT' && !hasFrame(context, /^_*abort(?:_with)?/u, 6)) return null
  const said = saidBy(context,
    /(?:Assertion failed|assertion|abort\(\) called|fatal error|terminating|panic).*/iu)
  const isAssert = said !== null && /assert/iu.test(said[0])
  const words = context.words.find((line) => line.trim() !== ''
    && !/abort\(\) called|^dyld\d? mode/u.test(line)) ?? null
  const message = words ?? said?.[0] ?? null
  return {
    class: isAssert ? 'assertion' : 'abort', title: isAssert ? 'Assertion failed' : 'Abort',
    sentence: sentence(`${who(record)} aborted itself${message === null ? ' without a message' : ''}`,
      message ?? ''),
    cause: message ?? 'Somebody called abort; the stack shows who.',
    evidence: [evidence(message ?? signal ?? 'abort', 'The process ended itself.')],
    confidence: message === null || /abort\(\) called/u.test(message) ? 'medium' : 'high',
    next: ['The first frame below abort that is not of the system decided to stop: look at its check.'],
  }
}
