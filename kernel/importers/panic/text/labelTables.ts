import type { TextFact } from './PanicDraft.ts'

/** Labels whose value is a fact of its own, in lower case and without blanks at the end. */
export const FACT_LABELS: Readonly<Record<string, TextFact>> = {
  'boot args': 'bootArgs', 'os version': 'osVersion', 'macos version': 'macOSVersion', 'kernel version': 'kernelVersion',
  'mac os version': 'osVersion', 'kernel uuid': 'kernelUuid', 'fileset kernelcache uuid': 'kernelCacheUuid',
  'kernelcache uuid': 'kernelCacheUuid', 'system model name': 'model', 'kernel slide': 'kernelSlide',
  'kernel text base': 'kernelTextBase', 'kernelcache slide': 'kernelCacheSlide', 'kernelcache base': 'kernelCacheBase',
  'kernel text exec slide': 'kernelTextExecSlide', 'kernel text exec base': 'kernelTextExecBase',
  'system uptime in nanoseconds': 'uptimeNs', 'mach_absolute_time': 'machAbsoluteTime', 'paniclog version': 'panicLogVersion',
  'debugger message': 'debuggerMessage', 'process name corresponding to current thread': 'processName',
  'bsd process name corresponding to current thread': 'processName',
}

/** Facts that are numbers: what stands behind them on the line is no part of the value. */
export const NUMBER_FACTS: ReadonlySet<TextFact> = new Set<TextFact>([
  'kernelSlide', 'kernelTextBase', 'kernelCacheSlide', 'kernelCacheBase', 'kernelTextExecSlide', 'kernelTextExecBase',
  'uptimeNs', 'machAbsoluteTime', 'panicLogVersion', 'kernelUuid', 'kernelCacheUuid',
])

/** Labels that are known and have no field of their own: kept as details. */
export const DETAIL_LABELS: ReadonlySet<string> = new Set([
  'memory id', 'os release type', 'boot session uuid', 'iboot version', 'iboot stage 2 version', 'secure boot?',
  'roots installed', 'debug header address', 'debug header entry count', 'txm load address', 'txm uuid',
  'debug header kernelcache load address', 'debug header kernelcache uuid', 'sptm load address', 'sptm uuid',
  '__hib  text base', '__hib text base', 'system shutdown begun', 'panic diags file available', 'hibernation exit count',
  'root disk errors', 'device', 'hardware model', 'ecid', 'x86 efi boot state', 'x86 system state', 'x86 power state',
  'x86 shutdown cause', 'x86 previous power transitions', 'pcieup link state', 'macos kernel slide', 'compressor info',
  'total cpu_usage', 'ecc corrections', 'anonymous uuid', 'unsigned code exec failures', 'unsigned code mmap failures',
  'interval since last panic report', 'interval since last report', 'panics since last report', 'sleep/wake uuid',
  'foreground cpu', 'applehwaccess thread', 'applehwaccess last access', 'exclaves boot status', 'exclavecore version',
  'exclave core version', 'exclavekit version', 'system state', 'efi version', 'bridgeos version', 'user stall code',
  'event', 'date/time', 'os build', 'report version', 'system uptime', 'crashreporter key', 'incident identifier',
  'boot failure count', 'boot faults', 'boot stage', 'boot app', 'reset count', 'hardware id', 'ap boot nonce',
])

/** Lines that are known and say nothing beyond themselves. */
export const KNOWN_LINES: readonly RegExp[] = [
  /^\*\*\* Panic Report \*\*\*/u, /^EOF\s*$/u, /^Backtracing specified thread/u, /^Please go to https:/u,
  /^Please IGNORE the below stackshot/u, /^Epoch Time:/u, /^Last Sleep:/u, /^Zone info:/u,
  /^Boot session UUID not yet initialized/u, /^skipping local kernel core/u, /^Attempting to forcibly halt cpu/u,
  /^cpu \d+ failed to halt/u, /^Unable to obtain state for cpu/u, /^Debugger synchronization timed out/u,
  /^Nested panic (?:count|stall)/u, /^In Nested panic stall/u, /^Warning: clock is not configured/u,
  /^(?:ethernet )?(?:MAC|ip) address: /u, /^Waiting for remote debugger connection/u, /^Connected to remote debugger/u,
  /^(?:No debugger configured|Attempting system restart|panic: We are hanging here)/u, /^Debugger called: </u,
  /^Panic diags file unavailable/u, /^Exclaves? /u, /^!! /u, /^\*\* /u, /^mp_kdp_enter\(\)/u, /^IOPlatformPanicAction/u,
  /^(?:kdp|KDP)[ :]/u, /^Entering system dump routine/u, /^Proceeding back via exception chain/u, /^Exception state \(sv=/u,
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}/u,
]

/** Lines that open a table which goes on to the next blank line; it is kept as one detail. */
export const BLOCK_HEADS: readonly RegExp[] = [
  /^Largest zones:/u, /^Zone Name {2,}/u, /^Probabilistic GZAlloc Report:/u, /^Zone \(suspected\) leak report:/u,
  /^Backtrace suspected of leaking/u, /^Thread task pri cpu_usage/u, /^kalloc \S+ in zone/u, /^Kmod {2,}/u,
]
