import type { CrashFrame, CrashImage, CrashRecord, Symbolication } from '../../api/index.ts'
import type { SymbolFile } from './SymbolFile.ts'
import { SymbolFinder, type FoundImage } from './SymbolFinder.ts'

/** The images of a report that have frames without a name, or all that have frames. */
export function imagesWithFrames(record: CrashRecord): CrashImage[] {
  const wanted = new Set<number>()
  for (const { frames } of [...record.threads, { frames: record.lastException }]) {
    for (const { imageIndex } of frames) if (imageIndex !== null) wanted.add(imageIndex)
  }
  return record.images.filter((_, index) => wanted.has(index))
}

/** Names for the frames of a report of a process: the same report, with symbols. */
export function symbolicateCrash(
  record: CrashRecord, files: readonly SymbolFile[], force: boolean,
): CrashRecord & { readonly symbolication: Symbolication } {
  const finder = new SymbolFinder(files, force)
  const found = new Map<CrashImage, { use: FoundImage; slide: bigint } | null>()
  for (const image of imagesWithFrames(record)) found.set(image, serve(finder, image))
  let named = 0
  let nameless = 0
  const renamed = (frame: CrashFrame, isReturn: boolean): CrashFrame => {
    const image = frame.imageIndex === null ? undefined : record.images[frame.imageIndex]
    const service = image === undefined ? null : found.get(image) ?? null
    const hit = service === null || frame.address === null ? null
      : finder.name(service.use, BigInt(frame.address), service.slide, isReturn)
    if (hit === null && frame.symbol === null) nameless++
    else named++
    return hit === null ? frame : { ...frame, symbol: hit.symbol, symbolOffset: hit.offset }
  }
  const threads = record.threads.map((thread) => ({
    ...thread, frames: thread.frames.map((frame, at) => renamed(frame, at > 0 || !thread.isTriggered)),
  }))
  const lastException = record.lastException.map((frame) => renamed(frame, true))
  const symbolication = { files: finder.account(), namedFrames: named, namelessFrames: nameless }
  return { ...record, threads, lastException, symbolication }
}

function serve(finder: SymbolFinder, image: CrashImage): { use: FoundImage; slide: bigint } | null {
  const names = [image.name, image.identifier, image.path?.slice(image.path.lastIndexOf('/') + 1)]
    .filter((name) => name != null)
  const use = finder.find({ label: image.name ?? image.identifier ?? '?', names, uuid: image.uuid,
    arch: image.arch })
  if (use === null || image.base === null || use.image.textBase === null) return null
  return { use, slide: BigInt(image.base) - use.image.textBase }
}
