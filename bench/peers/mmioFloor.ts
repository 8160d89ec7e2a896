/** Bare register access: a table of pages leads to a device, whose read is a switch. */
export interface BareDevice {
  read(offset: number): number
}

export const PAGE_SHIFT = 12

export class BareBus {
  private readonly pages: (BareDevice | undefined)[] = []

  map(page: number, device: BareDevice): void {
    this.pages[page] = device
  }

  read(address: number): number {
    const device = this.pages[address >>> PAGE_SHIFT]
    return device === undefined ? 0xffffffff : device.read(address & 0xfff)
  }
}

/** Counts what is signalled per vector; a read of a vector's register takes the count. */
export class BareCard implements BareDevice {
  readonly causes = new Uint32Array(8)

  read(offset: number): number {
    switch (offset & 0xf00) {
      case 0x000:
        return 0xcafe
      case 0x100: {
        const vector = (offset >> 2) & 7
        const cause = this.causes[vector]!
        this.causes[vector] = 0
        return cause
      }
      default:
        return 0
    }
  }
}
