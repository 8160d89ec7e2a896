/** Error numbers of BSD calls, with Darwin's values. A call answers 0 or one of these. */
export const EPERM = 1
export const ENOENT = 2
export const ESRCH = 3
export const EINTR = 4
export const EIO = 5
export const ENOEXEC = 8
export const EBADF = 9
export const ECHILD = 10
export const EACCES = 13
export const EBUSY = 16
export const EEXIST = 17
export const EXDEV = 18
export const ENOTDIR = 20
export const EISDIR = 21
export const EINVAL = 22
export const ENOTTY = 25
export const EFBIG = 27
export const ENOSPC = 28
export const ESPIPE = 29
export const EROFS = 30
export const EPIPE = 32
export const ENOTSUP = 45
export const ELOOP = 62
export const ENAMETOOLONG = 63
export const ENOTEMPTY = 66

const MESSAGES = new Map<number, string>([
  [0, 'Undefined error: 0'],
  [EPERM, 'Operation not permitted'],
  [ENOENT, 'No such file or directory'],
  [ESRCH, 'No such process'],
  [EINTR, 'Interrupted system call'],
  [EIO, 'Input/output error'],
  [ENOEXEC, 'Exec format error'],
  [EBADF, 'Bad file descriptor'],
  [ECHILD, 'No child processes'],
  [EACCES, 'Permission denied'],
  [EBUSY, 'Resource busy'],
  [EEXIST, 'File exists'],
  [EXDEV, 'Cross-device link'],
  [ENOTDIR, 'Not a directory'],
  [EISDIR, 'Is a directory'],
  [EINVAL, 'Invalid argument'],
  [ENOTTY, 'Inappropriate ioctl for device'],
  [EFBIG, 'File too large'],
  [ENOSPC, 'No space left on device'],
  [ESPIPE, 'Illegal seek'],
  [EROFS, 'Read-only file system'],
  [EPIPE, 'Broken pipe'],
  [ENOTSUP, 'Operation not supported'],
  [ELOOP, 'Too many levels of symbolic links'],
  [ENAMETOOLONG, 'File name too long'],
  [ENOTEMPTY, 'Directory not empty'],
])

/** The sentence that perror prints for an error number. */
export function strerror(errno: number): string {
  return MESSAGES.get(errno) ?? `Unknown error: ${errno}`
}
