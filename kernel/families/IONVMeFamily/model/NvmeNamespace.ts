import { DeviceModel, type DiskImage } from '../../../hardware/index.ts'

/** A namespace: blocks behind a controller, under a number. */
export class NvmeNamespace extends DeviceModel {
  constructor(name: string, readonly nsid: number, readonly image: DiskImage, readonly eui64: bigint) {
    super(name)
  }

  get blockShift(): number {
    return 31 - Math.clz32(this.image.blockBytes)
  }
}
