/** Texts of `iokit/common`, from 0xe00002bc on; the empty ones have no code of their own. */
const COMMON: readonly string[] = [
  'general error', "can't allocate memory", 'resource shortage', 'error during IPC', 'no such device',
  'privilege violation', 'invalid argument', 'device read locked', 'device write locked',
  'exclusive access and device already open', 'sent/received messages had different msg_id',
  'unsupported function', 'misc. VM failure', 'internal error', 'General I/O error', '', "can't acquire lock",
  'device not open', 'read not supported', 'write not supported', 'alignment error', 'Media Error',
  'device(s) still open', 'rld failure', 'DMA failure', 'Device Busy', 'I/O Timeout', 'device offline',
  'not ready',
  'device not attached', 'no DMA channels left', 'no space for data', '', 'port already exists',
  "can't wire down physical memory", 'no interrupt attached', 'no DMA frames enqueued',
  'oversized msg received on interrupt port', 'not permitted', 'no power to device', 'media not present',
  'media not formatted', 'no such mode', 'data underrun', 'data overrun',
  'the device is not working properly!',
  'a completion routine is required', 'operation aborted', 'bus bandwidth would be exceeded',
  'device not responding', 'isochronous I/O request for distant past!',
  'isochronous I/O request for distant future', 'data was not found',
]
const FIRST_COMMON = 0xe00002bc
const IOKIT_SYSTEM = 0x38

/** Texts of `libkern/kext`, from 0xdc008001 on. */
const KEXT: readonly string[] = [
  'internal error', 'allocation failure', 'resource shortage', 'not privileged', 'invalid argument',
  'not found',
  'bad data (mkext/other)', 'XML (un)serialization error', 'function/version unsupported',
  'function disabled',
  'malformed kext (bundle layout/missing plist)', 'validation failure (plist/executable)',
  'authentication failure (file ownership/permissions)', 'dependency resolution failure',
  'requested architecture/executable not found', 'cache error', 'operation deferred (queued to user space)',
  'operation/kext not allowed at current boot level', 'not loadable (reason unspecified)',
  'different version/uuid already loaded', 'dependency load failed', 'link error',
  'kext (kmod) start/stop routine failed', 'kext is in use or retained (cannot unload)',
  'kext request timed out',
  'kext is stopping and cannot issue requests', 'system policy prevents loading',
]
const FIRST_KEXT = 0xdc008001

const KERN: readonly string[] = [
  'successful', 'invalid address', 'protection failure', 'no space available', 'invalid argument', 'failure',
  'resource shortage', 'not receiver', 'no access', 'memory failure', 'memory error', '', '', '', 'aborted',
  'invalid name', 'invalid task', 'invalid right', 'invalid value',
]
const MIG: readonly string[] = [
  'client type check failure', 'wrong reply message ID', 'server detected error', 'bad request message ID',
  'server type check failure', 'no reply should be sent', 'server raised exception', 'array not large enough',
  'server died', 'unknown trailer format',
]
const SEND = new Map([
  [2, 'invalid data'], [3, 'invalid destination port'], [4, 'timed out'], [7, 'interrupted'], 
  [10, 'invalid right'],
])

function known(texts: readonly string[], index: number): string | null {
  const text = Number.isInteger(index) && index >= 0 ? texts[index] : undefined
  return text === undefined || text === '' ? null : text
}

/**
 * What a Mach result means, in the words of the system. @xnu libsyscall/mach/mach_error_string.c — faithful
 */
export function mach_error_string(result: number): string {
  const code = result >>> 0
  const common = known(COMMON, code - FIRST_COMMON)
  if (common !== null) return `(iokit/common) ${common}`
  const kext = known(KEXT, code - FIRST_KEXT)
  if (kext !== null) return `(libkern/kext) ${kext}`
  const kern = known(KERN, code)
  if (kern !== null) return `(os/kern) ${kern}`
  const mig = known(MIG, -300 - (code | 0))
  if (mig !== null) return `(ipc/mig) ${mig}`
  if (code >>> 14 === 0x10000000 >>> 14) {
    return `(ipc/send) ${SEND.get(code & 0x3fff) ?? 'unknown error code'}`
  }
  if (code >>> 26 !== IOKIT_SYSTEM) return '(?/?) unknown error system'
  return (code >>> 14 & 0xfff) === 0 ? 'unknown error code' : '(iokit/?) unknown subsystem error'
}
