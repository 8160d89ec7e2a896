import { promisify } from 'node:util'
import { deflateRaw, deflateRawSync, inflateRawSync } from 'node:zlib'

const deflateAside = promisify(deflateRaw)

/** Files below this size are kept as they are: packing would cost more than it saves. */
const PACK_FROM_BYTES = 128 * 1024

export interface PackedFile {
  readonly bytes: Uint8Array
  readonly packing: 'none' | 'deflate'
}

/** A file as the database keeps it; large texts pack to a tenth. */
export function packFile(bytes: Uint8Array): PackedFile {
  if (bytes.length < PACK_FROM_BYTES) return { bytes, packing: 'none' }
  const packed = deflateRawSync(bytes, { level: 1 })
  return packed.length < bytes.length ? { bytes: packed, packing: 'deflate' } : { bytes, packing: 'none' }
}

/** The same on a thread of its own, for a process that must stay answerable. */
export async function packFileAside(bytes: Uint8Array): Promise<PackedFile> {
  if (bytes.length < PACK_FROM_BYTES) return { bytes, packing: 'none' }
  const packed = await deflateAside(bytes, { level: 1 })
  return packed.length < bytes.length ? { bytes: packed, packing: 'deflate' } : { bytes, packing: 'none' }
}

/** The file as it was brought in, byte for byte. */
export function unpackFile({ bytes, packing }: PackedFile): Uint8Array {
  return packing === 'none' ? bytes : inflateRawSync(bytes)
}
