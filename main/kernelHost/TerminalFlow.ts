import type { MachineHost } from './MachineHost.ts'

/** More than this drawn-but-unacknowledged output and the machine waits for the view. */
const HIGH_WATER_BYTES = 1024 * 1024
const LOW_WATER_BYTES = 256 * 1024

/** Back-pressure of one terminal: counts bytes sent and drawn, and holds the machine while the view is behind. */
export class TerminalFlow {
  private outstanding = 0
  private holding = false

  constructor(private readonly host: MachineHost) {}

  sent(bytes: number): void {
    this.outstanding += bytes
    if (!this.holding && this.outstanding > HIGH_WATER_BYTES) {
      this.holding = true
      this.host.hold()
    }
  }

  drawn(bytes: number): void {
    this.outstanding = Math.max(0, this.outstanding - bytes)
    if (this.holding && this.outstanding < LOW_WATER_BYTES) this.release()
  }

  /** The view is gone, or wants to be heard at once (Ctrl-C): waits for it no longer. */
  release(): void {
    this.outstanding = 0
    if (!this.holding) return
    this.holding = false
    this.host.release()
  }
}
