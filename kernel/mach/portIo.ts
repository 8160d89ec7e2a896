import { kernelState, present } from '../sim/index.ts'

/** The 64 KiB of x86 I/O ports. `kernel/machine` connects it on Intel machines. */
export interface PortSpace {
  read8(port: number): number
  write8(port: number, value: number): void
}

const state = kernelState(() => ({ ports: null as PortSpace | null }))

/** Connects this world's ports. Once, at power-on. */
export function installPorts(ports: PortSpace): void {
  state().ports = ports
}

/** Reads a port. Any context. @xnu osfmk/i386/pio.h inb — faithful */
export function inb(port: number): number {
  return present(state().ports, 'this machine has no ports').read8(port)
}

/** Writes a port. Any context. @xnu osfmk/i386/pio.h outb — faithful */
export function outb(port: number, value: number): void {
  present(state().ports, 'this machine has no ports').write8(port, value)
}
