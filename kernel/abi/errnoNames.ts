/** Names of BSD error numbers from 1, and what they stand for. */
const rows: readonly (readonly [name: string, meaning: string])[] = [
  ['EPERM', 'Operation not permitted'], ['ENOENT', 'No such file or directory'], ['ESRCH', 'No such process'],
  ['EINTR', 'Interrupted system call'], ['EIO', 'Input/output error'], ['ENXIO', 'Device not configured'],
  ['E2BIG', 'Argument list too long'], ['ENOEXEC', 'Exec format error'], ['EBADF', 'Bad file descriptor'],
  ['ECHILD', 'No child processes'], ['EDEADLK', 'Resource deadlock avoided'], ['ENOMEM',
    'Cannot allocate memory'],
  ['EACCES', 'Permission denied'], ['EFAULT', 'Bad address'], ['ENOTBLK', 'Block device required'],
  ['EBUSY', 'Resource busy'], ['EEXIST', 'File exists'], ['EXDEV', 'Cross-device link'],
  ['ENODEV', 'Operation not supported by device'], ['ENOTDIR', 'Not a directory'], ['EISDIR',
    'Is a directory'],
  ['EINVAL', 'Invalid argument'], ['ENFILE', 'Too many open files in system'], ['EMFILE',
    'Too many open files'],
  ['ENOTTY', 'Inappropriate ioctl for device'], ['ETXTBSY', 'Text file busy'], ['EFBIG', 'File too large'],
  ['ENOSPC', 'No space left on device'], ['ESPIPE', 'Illegal seek'], ['EROFS', 'Read-only file system'],
  ['EMLINK', 'Too many links'], ['EPIPE', 'Broken pipe'], ['EDOM', 'Numerical argument out of domain'],
  ['ERANGE', 'Result too large'], ['EAGAIN', 'Resource temporarily unavailable'], ['EINPROGRESS',
    'Operation now in progress'],
  ['EALREADY', 'Operation already in progress'], ['ENOTSOCK', 'Socket operation on non-socket'],
  ['EDESTADDRREQ', 'Destination address required'], ['EMSGSIZE', 'Message too long'],
  ['EPROTOTYPE', 'Protocol wrong type for socket'], ['ENOPROTOOPT', 'Protocol not available'],
  ['EPROTONOSUPPORT', 'Protocol not supported'], ['ESOCKTNOSUPPORT', 'Socket type not supported'],
  ['ENOTSUP', 'Operation not supported'], ['EPFNOSUPPORT', 'Protocol family not supported'],
  ['EAFNOSUPPORT', 'Address family not supported'], ['EADDRINUSE', 'Address already in use'],
  ['EADDRNOTAVAIL', 'Address not available'], ['ENETDOWN', 'Network is down'], ['ENETUNREACH',
    'Network is unreachable'],
  ['ENETRESET', 'Network dropped connection on reset'], ['ECONNABORTED', 'Connection aborted'],
  ['ECONNRESET', 'Connection reset by peer'], ['ENOBUFS', 'No buffer space available'],
  ['EISCONN', 'Socket is already connected'], ['ENOTCONN', 'Socket is not connected'],
  ['ESHUTDOWN', 'Socket is shut down'], ['ETOOMANYREFS', 'Too many references'], ['ETIMEDOUT',
    'Operation timed out'],
  ['ECONNREFUSED', 'Connection refused'], ['ELOOP', 'Too many symbolic links'], ['ENAMETOOLONG',
    'File name too long'],
  ['EHOSTDOWN', 'Host is down'], ['EHOSTUNREACH', 'No route to host'], ['ENOTEMPTY', 'Directory not empty'],
  ['EPROCLIM', 'Too many processes'], ['EUSERS', 'Too many users'], ['EDQUOT', 'Disk quota exceeded'],
  ['ESTALE', 'Stale file handle'], ['EREMOTE', 'Too many levels of remote in path'], ['EBADRPC',
    'Bad RPC structure'],
  ['ERPCMISMATCH', 'RPC version wrong'], ['EPROGUNAVAIL', 'RPC program not available'],
  ['EPROGMISMATCH', 'RPC program version wrong'], ['EPROCUNAVAIL', 'RPC procedure not available'],
  ['ENOLCK', 'No locks available'], ['ENOSYS', 'No such system call'], ['EFTYPE',
    'Inappropriate file type or format'],
  ['EAUTH', 'Authentication error'], ['ENEEDAUTH', 'Authenticator needed'], ['EPWROFF',
    'Device power is off'],
  ['EDEVERR', 'Device error'], ['EOVERFLOW', 'Value too large for its type'], ['EBADEXEC', 'Bad executable'],
  ['EBADARCH', 'Bad processor type in executable'], ['ESHLIBVERS', 'Shared library version mismatch'],
  ['EBADMACHO', 'Malformed Mach-O file'], ['ECANCELED', 'Operation canceled'], ['EIDRM',
    'Identifier removed'],
  ['ENOMSG', 'No message of the desired type'], ['EILSEQ', 'Illegal byte sequence'], ['ENOATTR',
    'Attribute not found'],
  ['EBADMSG', 'Bad message'], ['EMULTIHOP', 'Multihop attempted'], ['ENODATA', 'No message on the stream'],
  ['ENOLINK', 'Link was severed'], ['ENOSR', 'No stream resources'], ['ENOSTR', 'Not a stream'],
  ['EPROTO', 'Protocol error'], ['ETIME', 'Stream time-out'], ['EOPNOTSUPP',
    'Operation not supported on socket'],
  ['ENOPOLICY', 'Policy not found'], ['ENOTRECOVERABLE', 'State not recoverable'], ['EOWNERDEAD',
    'Previous owner died'],
  ['EQFULL', 'Output queue is full'],
]

/** A BSD error number; null for one that is none. */
export function errnoName(number: number): { name: string; meaning: string } | null {
  const row = rows[number - 1]
  return row === undefined ? null : { name: row[0], meaning: row[1] }
}

/** Number of a BSD error by its name; null for a name that is none. */
export function errnoNumber(name: string): number | null {
  const index = rows.findIndex(([one]) => one === name.toUpperCase())
  return index < 0 ? null : index + 1
}
