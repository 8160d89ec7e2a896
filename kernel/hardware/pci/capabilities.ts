import type { ConfigSpace } from './ConfigSpace.ts'
import { ExpressType } from './configLayout.ts'

/** What a PCI Express function says of itself and its link. */
export interface ExpressOptions {
  readonly type: (typeof ExpressType)[keyof typeof ExpressType]
  /** 1 = 2.5 GT/s, 2 = 5, 3 = 8, 4 = 16. */
  readonly linkSpeed: number
  readonly linkWidth: number
  readonly portNumber?: number
  /** The port leads to a slot; `hotPlug` when cards may come and go. */
  readonly slot?: { readonly number: number; readonly hotPlug: boolean }
  readonly functionLevelReset?: boolean
}

/** Power Management 1.2: D0, D3hot, no soft reset. */
export function definePowerManagement(config: ConfigSpace, offset: number): void {
  config.define({ name: 'Power capabilities', offset: offset + 2, widthBytes: 2, value: 0xc803 })
  config.define({
    name: 'Power control', offset: offset + 4, widthBytes: 2, value: 0x0008,
    writable: 0x0103, writeOneClears: 0x8000,
  })
}

/** MSI with 64-bit address and per-vector masking (PCI 3.0, 6.8.1). */
export function defineMsi(config: ConfigSpace, offset: number, vectors: number): void {
  const capable = Math.clz32(1) - Math.clz32(vectors)
  const control = (capable << 1) | 0x0180
  config.define({ name: 'MSI control', offset: offset + 2, widthBytes: 2, value: control, writable: 0x0071 })
  config.define({ name: 'MSI address', offset: offset + 4, widthBytes: 4, value: 0, writable: 0xfffffffc })
  config.define(
    { name: 'MSI upper address', offset: offset + 8, widthBytes: 4, value: 0, writable: 0xffffffff },
  )
  config.define({ name: 'MSI data', offset: offset + 12, widthBytes: 2, value: 0, writable: 0xffff })
  config.define({ name: 'MSI mask', offset: offset + 16, widthBytes: 4, value: 0, writable: 0xffffffff })
  config.define({ name: 'MSI pending', offset: offset + 20, widthBytes: 4, value: 0 })
}

/** MSI-X (PCI 3.0, 6.8.2). */
export function defineMsix(
  config: ConfigSpace, offset: number,
  where: { vectors: number; bar: number; tableOffset: number; pendingOffset: number },
): void {
  config.define({
    name: 'MSI-X control', offset: offset + 2, widthBytes: 2, value: where.vectors - 1, writable: 0xc000,
  })
  config.define(
    { name: 'MSI-X table', offset: offset + 4, widthBytes: 4, value: where.tableOffset | where.bar },
  )
  config.define(
    { name: 'MSI-X pending', offset: offset + 8, widthBytes: 4, value: where.pendingOffset | where.bar },
  )
}

/** PCI Express capability version 2 (PCIe 4.0, 7.5.3). */
export function defineExpress(config: ConfigSpace, offset: number, options: ExpressOptions): void {
  const slotBit = options.slot === undefined ? 0 : 0x100
  const integrated = options.type === ExpressType.integrated
  const deviceCaps = 0x00008001 | (options.functionLevelReset === true ? 0x10000000 : 0)
  const linkCaps = (options.linkSpeed | (options.linkWidth << 4) | 0x0c00
    | ((options.portNumber ?? 0) << 24)) >>> 0
  const linkStatus = options.linkSpeed | (options.linkWidth << 4) | 0x1000
  config.define({
    name: 'Express capabilities', offset: offset + 2, widthBytes: 2, value: 2 | (options.type << 4) | slotBit,
  })
  config.define({ name: 'Device capabilities', offset: offset + 4, widthBytes: 4, value: deviceCaps })
  config.define(
    { name: 'Device control', offset: offset + 8, widthBytes: 2, value: 0x2810, writable: 0xffff },
  )
  config.define(
    { name: 'Device status', offset: offset + 10, widthBytes: 2, value: 0, writeOneClears: 0x000f },
  )
  config.define({
    name: 'Link capabilities', offset: offset + 12, widthBytes: 4, value: integrated ? 0 : linkCaps,
  })
  config.define({ name: 'Link control', offset: offset + 16, widthBytes: 2, value: 0, writable: 0x0fff })
  config.define({
    name: 'Link status', offset: offset + 18, widthBytes: 2, value: integrated ? 0 : linkStatus,
    writeOneClears: 0xc000,
  })
  defineSlot(config, offset, options)
  config.define({ name: 'Root control', offset: offset + 28, widthBytes: 2, value: 0, writable: 0x001f })
  config.define({ name: 'Device capabilities 2', offset: offset + 36, widthBytes: 4, value: 0x0000001f })
  config.define({ name: 'Device control 2', offset: offset + 40, widthBytes: 2, value: 0, writable: 0xffff })
  config.define({
    name: 'Link capabilities 2', offset: offset + 44, widthBytes: 4,
    value: integrated ? 0 : ((1 << options.linkSpeed) - 1) << 1,
  })
  config.define({
    name: 'Link control 2', offset: offset + 48, widthBytes: 2, value: integrated ? 0 : options.linkSpeed,
    writable: 0xffff,
  })
}

function defineSlot(config: ConfigSpace, offset: number, options: ExpressOptions): void {
  const { slot } = options
  const slotCaps = slot === undefined ? 0 : ((slot.hotPlug ? 0x60 : 0) | (slot.number << 19)) >>> 0
  const slotWritable = slot === undefined ? 0 : 0x1fff
  config.define({ name: 'Slot capabilities', offset: offset + 20, widthBytes: 4, value: slotCaps })
  config.define(
    { name: 'Slot control', offset: offset + 24, widthBytes: 2, value: 0, writable: slotWritable },
  )
  config.define({ name: 'Slot status', offset: offset + 26, widthBytes: 2, value: 0, writeOneClears: 0x011f })
}
