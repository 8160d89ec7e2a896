/** `com.apple.kpi.bsd`: the numbers of errno. */
export * from './constants.ts'
export {
  EACCES, EBADF, EBADMACHO, EBUSY, EDEVERR, EEXIST, EFAULT, EINVAL, EIO, EMSGSIZE, ENOENT, ENOLCK, ENOMEM,
  ENOSPC, ENOTSUP, ENXIO, EPERM, EPWROFF, EROFS, ETIMEDOUT,
} from '../../abi/index.ts'
