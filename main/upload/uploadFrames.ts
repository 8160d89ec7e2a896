import type { HostLinkMessage } from '../../kernel/api/index.ts'

/** Before a piece of a file: number of the file, length of the piece, size of the file; 32 bits each, little endian. */
export const HEADER_BYTES = 12
/** Instead of a length: the file is whole. */
export const END = 0
/** Instead of a length: the rest of the file will not come. */
export const GIVEN_UP = 0xffff_ffff
/** What a kernel process says of a file that it has read and whose bytes come through the pipe. */
export interface FileAside {
  readonly link: 'importedAside'
  readonly upload: number
  readonly file: Omit<Extract<HostLinkMessage, { link: 'imported' }>, 'link' | 'bytes'>
}

/** No more of a file is taken. */
export const MAX_UPLOAD_BYTES = 128 * 1024 * 1024
/** The same for what a kernel process unpacked. */
export const MAX_UNPACKED_BYTES = 512 * 1024 * 1024
