import * as codes from './IOReturn.ts'
import type { IOReturn } from './IOReturn.ts'

/** BSD error numbers that I/O Kit results translate to. */
export const EPERM = 1
export const ENOENT = 2
export const EIO = 5
export const ENXIO = 6
export const EBADF = 9
export const ENOMEM = 12
export const EACCES = 13
export const EFAULT = 14
export const EBUSY = 16
export const EEXIST = 17
export const EINVAL = 22
export const ENOSPC = 28
export const EROFS = 30
export const EMSGSIZE = 40
export const ENOTSUP = 45
export const ETIMEDOUT = 60
export const ENOLCK = 77
export const EPWROFF = 82
export const EDEVERR = 83
export const EBADMACHO = 88

/** Each code: the text of `stringFromReturn` (none for a few) and its BSD error number. */
const rows: readonly (readonly [code: IOReturn, text: string | null, errno: number])[] = [
  [codes.kIOReturnSuccess, 'success', 0],
  [codes.kIOReturnError, 'general error', EIO],
  [codes.kIOReturnNoMemory, 'memory allocation error', ENOMEM],
  [codes.kIOReturnNoResources, 'resource shortage', ENOMEM],
  [codes.kIOReturnIPCError, 'Mach IPC failure', EIO],
  [codes.kIOReturnNoDevice, 'no such device', ENXIO],
  [codes.kIOReturnNotPrivileged, 'privilege violation', EACCES],
  [codes.kIOReturnBadArgument, 'invalid argument', EINVAL],
  [codes.kIOReturnLockedRead, 'device is read locked', EACCES],
  [codes.kIOReturnLockedWrite, 'device is write locked', EACCES],
  [codes.kIOReturnExclusiveAccess, 'device is exclusive access', EACCES],
  [codes.kIOReturnBadMessageID, 'bad IPC message ID', EINVAL],
  [codes.kIOReturnUnsupported, 'unsupported function', ENOTSUP],
  [codes.kIOReturnVMError, 'virtual memory error', EFAULT],
  [codes.kIOReturnInternalError, 'internal driver error', EIO],
  [codes.kIOReturnIOError, 'I/O error', EIO],
  [codes.kIOReturnCannotLock, 'cannot acquire lock', ENOLCK],
  [codes.kIOReturnNotOpen, 'device is not open', EACCES],
  [codes.kIOReturnNotReadable, 'device is not readable', EACCES],
  [codes.kIOReturnNotWritable, 'device is not writeable', EROFS],
  [codes.kIOReturnNotAligned, 'alignment error', EINVAL],
  [codes.kIOReturnBadMedia, 'media error', ENXIO],
  [codes.kIOReturnStillOpen, 'device is still open', EEXIST],
  [codes.kIOReturnRLDError, 'rld failure', EBADMACHO],
  [codes.kIOReturnDMAError, 'DMA failure', EIO],
  [codes.kIOReturnBusy, 'device is busy', EBUSY],
  [codes.kIOReturnTimeout, 'I/O timeout', ETIMEDOUT],
  [codes.kIOReturnOffline, 'device is offline', EBUSY],
  [codes.kIOReturnNotReady, 'device is not ready', EBUSY],
  [codes.kIOReturnNotAttached, 'device/channel is not attached', ENXIO],
  [codes.kIOReturnNoChannels, 'no DMA channels available', EIO],
  [codes.kIOReturnNoSpace, 'no space for data', ENOSPC],
  [codes.kIOReturnPortExists, 'device port already exists', EEXIST],
  [codes.kIOReturnCannotWire, 'cannot wire physical memory', ENOMEM],
  [codes.kIOReturnNoInterrupt, 'no interrupt attached', EIO],
  [codes.kIOReturnNoFrames, 'no DMA frames enqueued', EIO],
  [codes.kIOReturnMessageTooLarge, 'message is too large', EMSGSIZE],
  [codes.kIOReturnNotPermitted, 'operation is not permitted', EPERM],
  [codes.kIOReturnNoPower, 'device is without power', EPWROFF],
  [codes.kIOReturnNoMedia, 'media is not present', ENXIO],
  [codes.kIOReturnUnformattedMedia, 'media is not formatted', ENXIO],
  [codes.kIOReturnUnsupportedMode, 'unsupported mode', EIO],
  [codes.kIOReturnUnderrun, 'data underrun', EIO],
  [codes.kIOReturnOverrun, 'data overrun', EIO],
  [codes.kIOReturnDeviceError, 'device error', EDEVERR],
  [codes.kIOReturnNoCompletion, 'no completion routine', EINVAL],
  [codes.kIOReturnAborted, 'operation was aborted', EBUSY],
  [codes.kIOReturnNoBandwidth, 'bus bandwidth would be exceeded', EIO],
  [codes.kIOReturnNotResponding, 'device is not responding', EBUSY],
  [codes.kIOReturnNotFound, null, EIO],
  [codes.kIOReturnInvalid, 'unanticipated driver error', EIO],
  [codes.kIOReturnIsoTooOld, null, EIO],
  [codes.kIOReturnIsoTooNew, null, EIO],
]
const table = new Map(rows.map(([code, text, errno]) => [code, { text, errno }] as const))

/**
 * The kernel's words for a result.
 * @xnu iokit/Kernel/IOService.cpp stringFromReturn — faithful
 */
export function stringFromReturn(code: IOReturn): string {
  return table.get(code >>> 0)?.text ?? `0x${(code >>> 0).toString(16)} (UNDEFINED)`
}

/**
 * The BSD error number for a result; `unix_err` values pass through.
 * @xnu iokit/Kernel/IOService.cpp errnoFromReturn — faithful
 */
export function errnoFromReturn(code: IOReturn): number {
  const word = code >>> 0
  if (word >>> 14 === 3) return word & 0x3fff
  return table.get(word)?.errno ?? EIO
}

/** A BSD error number as a Mach error word. */
export function unix_err(errno: number): IOReturn {
  return 0xc000 | errno
}
