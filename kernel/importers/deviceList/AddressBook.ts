/** Devices by address in the order in which they were first met; those without an address are all kept. */
export class AddressBook<T> {
  readonly all: T[] = []
  private readonly byAddress = new Map<string, T>()

  constructor(private readonly make: (address: string | null) => T, private readonly limit: number) {}

  /** True when no more devices are taken. */
  get isFull(): boolean {
    return this.all.length >= this.limit
  }

  /** The device at an address, made when it is new. */
  at(address: string): T {
    const known = this.byAddress.get(address)
    if (known !== undefined) return known
    const device = this.add(address)
    this.byAddress.set(address, device)
    return device
  }

  /** A new device that has no address or whose address does not tell it apart. */
  add(address: string | null): T {
    const device = this.make(address)
    if (!this.isFull) this.all.push(device)
    return device
  }
}
