import type { SymbolFileStatus, SymbolFileUse } from '../../api/index.ts'
import { readableSymbol } from '../../importers/index.ts'
import type { SymbolFile, SymbolImage } from './SymbolFile.ts'

/** An image of a report, as far as files of symbols are compared with it. */
export interface WantedImage {
  /** What it is called in messages. */
  readonly label: string
  readonly names: readonly string[]
  readonly uuid: string | null
  readonly arch: string | null
}

/** A file's image that serves an image of the report, and how sure that is. */
export interface FoundImage {
  readonly image: SymbolImage
  readonly status: SymbolFileStatus
}

/** A name for an address. */
export interface NamedAddress {
  readonly symbol: string
  readonly offset: number
}

/** A use of a file while frames are looked up. */
type UseDraft = { -readonly [Key in keyof SymbolFileUse]: SymbolFileUse[Key] }

const NOTES: Record<SymbolFileStatus, string> = {
  used: 'The UUIDs are the same.',
  unchecked: 'There is no UUID to compare: the names are right only if the file is of the same build.',
  forced: 'The UUIDs differ, and it was used all the same: names may be wrong.',
  refused: 'The UUIDs differ: this is another build, and it was not used (--force uses it).',
  unused: 'No image of the report has this UUID or this name.',
}

/** A UUID without dashes, in upper case: reports write them either way. */
export const bareUuid = (uuid: string): string => uuid.replaceAll('-', '').toUpperCase()

const same = (one: string | null, other: string | null): boolean =>
  one !== null && other !== null && bareUuid(one) === bareUuid(other)

/** Finds files for images, looks addresses up, and keeps account of it. */
export class SymbolFinder {
  private readonly images: readonly SymbolImage[]
  private readonly files: readonly SymbolFile[]
  private readonly force: boolean
  private readonly uses = new Map<string, UseDraft>()

  constructor(files: readonly SymbolFile[], force: boolean) {
    this.files = files
    this.images = files.flatMap(({ images }) => images)
    this.force = force
  }

  /** The image that serves `wanted`: the same UUID first, then the same name. */
  find(wanted: WantedImage): FoundImage | null {
    const exact = this.images.find(({ uuid }) => same(uuid, wanted.uuid))
    if (exact !== undefined) return this.note(exact, wanted, 'used')
    const named = this.images.filter((image) => wanted.names.includes(image.name) && fitsArch(image, wanted))
    const unchecked = named.find(({ uuid }) => uuid === null || wanted.uuid === null)
    if (unchecked !== undefined) return this.note(unchecked, wanted, 'unchecked')
    const other = named[0]
    if (other === undefined) return null
    const found = this.note(other, wanted, this.force ? 'forced' : 'refused')
    return this.force ? found : null
  }

  /** The members of the collection with this UUID. */
  members(collectionUuid: string | null): readonly SymbolImage[] {
    return this.images.filter((image) => same(image.collectionUuid, collectionUuid))
  }

  /** Accounts for an image that is used because its collection is the right one. */
  useMember(image: SymbolImage, label: string): FoundImage {
    return this.note(image, { label, names: [], uuid: image.uuid, arch: null }, 'used')
  }

  /** Looks an address up. `slide` is what the system added to the file's addresses. */
  name(found: FoundImage, address: bigint, slide: bigint, isReturn: boolean): NamedAddress | null {
    const unslid = address - slide
    const hit = found.image.symbols.at(isReturn ? unslid - 1n : unslid)
    const use = this.uses.get(keyOf(found.image))
    if (use !== undefined) use.slide = slide < 0n ? `-0x${(-slide).toString(16)}` : `0x${slide.toString(16)}`
    if (hit === null) return null
    if (use !== undefined) use.named++
    return { symbol: readableSymbol(hit.name), offset: hit.offset + (isReturn ? 1 : 0) }
  }

  /** What became of every file. */
  account(): SymbolFileUse[] {
    const touched = new Set([...this.uses.values()].map(({ path }) => path))
    const idle = this.files.filter(({ path }) => !touched.has(path)).map((file): SymbolFileUse => ({
      path: file.path, image: null, arch: file.images[0]?.arch ?? null, status: 'unused', wantedUuid: null,
      uuid: file.images[0]?.uuid ?? null, slide: null, named: 0, note: file.problems[0] ?? NOTES.unused,
    }))
    return [...this.uses.values(), ...idle]
  }

  private note(image: SymbolImage, wanted: WantedImage, status: SymbolFileStatus): FoundImage {
    const key = keyOf(image)
    if (!this.uses.has(key)) {
      this.uses.set(key, {
        path: image.path, image: wanted.label, arch: image.arch, status, uuid: image.uuid,
          wantedUuid: wanted.uuid,
        slide: null, named: 0, note: NOTES[status],
      })
    }
    return { image, status }
  }
}

const keyOf = (image: SymbolImage): string => `${image.path}\n${image.name}\n${image.arch ?? ''}`

function fitsArch(image: SymbolImage, wanted: WantedImage): boolean {
  const bare = (arch: string): string => arch.replace(/^arm64e$/u, 'arm64').replace(/^x86_64h$/u, 'x86_64')
  return image.arch === null || wanted.arch === null || bare(image.arch) === bare(wanted.arch)
}
