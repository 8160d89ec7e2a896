import {
  decodeUtf8Lossless, looksLikeMachO, looksLikeNmList, readMachO, readNmList, type MachOImage,
    type SymbolTable,
} from '../../formats/index.ts'

/** One image of a file of symbols. */
export interface SymbolImage {
  readonly path: string
  /** Name that images of reports are compared with: that of the file, or of a collection's member. */
  readonly name: string
  readonly arch: string | null
  readonly uuid: string | null
  readonly symbols: SymbolTable
  /** Where the image and its executable part begin in memory that was not slid; null if not known. */
  readonly textBase: bigint | null
  readonly textExecBase: bigint | null
  /** UUID of the collection that it is a member of. */
  readonly collectionUuid: string | null
}

/** The images of a file, and what was wrong with it. */
export interface SymbolFile {
  readonly path: string
  readonly images: readonly SymbolImage[]
  readonly problems: readonly string[]
}

const fileName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

function imageOf(path: string, name: string, image: MachOImage, collectionUuid: string | null): SymbolImage {
  const segment = (wanted: string): bigint | null =>
    image.segments.find((one) => one.name === wanted)?.address ?? null
  return {
    path, name, arch: image.arch, uuid: image.uuid, symbols: image.symbols, collectionUuid,
    textBase: segment('__TEXT') ?? image.segments[0]?.address ?? null,
    textExecBase: segment('__TEXT_EXEC'),
  }
}

/** Reads a file of symbols: Mach-O with its members, or the output of `nm`. */
export function readSymbolFile(path: string, bytes: Uint8Array): SymbolFile {
  if (looksLikeMachO(bytes)) {
    const { images, problems } = readMachO(bytes)
    const name = fileName(path)
    const all = images.flatMap((image) => [
      imageOf(path, name, image, null),
      ...image.members.map((member) => imageOf(path, member.name, member.image, image.uuid)),
    ])
    return { path, images: all, problems }
  }
  const text = decodeUtf8Lossless(bytes)
  if (!looksLikeNmList(text)) {
    return { path, images: [], problems: ['This is neither a Mach-O file nor the output of nm.'] }
  }
  const { symbols, header, lowest } = readNmList(text)
  const base = header ?? (lowest !== null && lowest >= 0x1_0000_0000n && lowest < 0x2_0000_0000n
    ? 0x1_0000_0000n : 0n)
  const name = fileName(path).replace(/\.(?:nm|txt|sym|symbols)$/iu, '')
  const image: SymbolImage = {
    path, name, arch: null, uuid: null, symbols, textBase: base, textExecBase: null, collectionUuid: null,
  }
  return { path, images: [image], problems: [] }
}
