import { kIOBSDMajorKey, kIOBSDMinorKey, kIOBSDNameKey, kIOBSDUnitKey } from '../../../abi/index.ts'
import { IOService } from '../../../iokit/index.ts'
import { defineMetaClass, OSDynamicCast, OSNumber, type OSMetaClass } from '../../../libkern/index.ts'
import { wait, type Blocking, type KernelThread } from '../../../sim/index.ts'
import { DISK_MAJOR, insertMinor, removeMinor } from './bsdMinors.ts'
import { IOMedia } from './IOMedia.ts'

/** Gives a medium its BSD device nodes: `disk0`, `disk0s1` … */
export class IOMediaBSDClient extends IOService {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOMediaBSDClient', IOMediaBSDClient, IOService)

  /** @xnu IOStorageFamily/IOMediaBSDClient.cpp start, createNodes — simplified: no open counts on nodes */
  override *start(provider: IOService): KernelThread<boolean> {
    const media = OSDynamicCast(IOMedia, provider)
    if (media === null || !(yield* wait(super.start(provider)))) return false
    if (!this.createNodes(media)) return false
    this.registerService()
    return true
  }

  override stop(provider: IOService): Blocking<void> {
    const media = OSDynamicCast(IOMedia, provider)
    if (media !== null) removeMinor(media)
    return super.stop(provider)
  }

  private createNodes(media: IOMedia): boolean {
    const slices: string[] = []
    let whole: IOService | null = media
    while (whole !== null && !(whole instanceof IOMedia && whole.isWhole())) {
      if (whole instanceof IOMedia) slices.unshift(`s${whole.getLocation() ?? '0'}`)
      whole = whole.getProvider()
    }
    const anchor = whole?.getProvider() ?? null
    if (anchor === null) return false
    const node = insertMinor(media, anchor, slices.join(''))
    media.setProperty(kIOBSDNameKey, node.name)
    setNumber(media, kIOBSDUnitKey, node.unit)
    setNumber(media, kIOBSDMajorKey, DISK_MAJOR)
    setNumber(media, kIOBSDMinorKey, node.minor)
    return true
  }
}

function setNumber(media: IOMedia, key: string, value: number): void {
  const number = OSNumber.withNumber(value, 32)
  media.setProperty(key, number)
  number.release()
}
