/** Base classes of PCI whose functions are parts of the chipset: they work as the firmware left them, without a driver. */
const CHIPSET_CLASSES: ReadonlySet<number> = new Set([
  0x05, // memory controllers
  0x06, // bridges
  0x08, // base system peripherals: APICs, timers, IOMMUs, error reporting
  0x0b, // processors
  0x11, // signal processing: performance counters, management engines
])

/** Whether a function of this class code (base, sub, interface: 24 bits) is there for a driver to use it. */
export function wantsDriver(classCode: number): boolean {
  return !CHIPSET_CLASSES.has((classCode >>> 16) & 0xff)
}
