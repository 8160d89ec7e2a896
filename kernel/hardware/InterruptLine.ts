import { assert } from '../sim/index.ts'

/** A wire from a device to an interrupt controller input. */
export class InterruptLine {
  private high = false
  private target: ((asserted: boolean) => void) | null = null

  get asserted(): boolean {
    return this.high
  }

  /** Connects the controller's side; it learns the present level at once. */
  connect(target: (asserted: boolean) => void): void {
    assert(this.target === null, 'an interrupt line has one end')
    this.target = target
    if (this.high) target(true)
  }

  /** Drives the wire; only changes are passed on. */
  set(asserted: boolean): void {
    if (this.high === asserted) return
    this.high = asserted
    this.target?.(asserted)
  }

  /** A rising and a falling edge. */
  pulse(): void {
    this.set(true)
    this.set(false)
  }
}

/** A wire that several devices pull: asserted while any of them asserts it (PCI INTx). */
export class SharedInterruptLine {
  private asserting = 0

  constructor(private readonly line: InterruptLine) {}

  /** A new puller of this wire. */
  branch(): InterruptLine {
    const branch = new InterruptLine()
    branch.connect((asserted) => {
      this.asserting += asserted ? 1 : -1
      assert(this.asserting >= 0, 'a shared interrupt line was released too often')
      this.line.set(this.asserting > 0)
    })
    return branch
  }
}

/** Where an interrupt controller delivers: the processor's interrupt entry, connected by the machine. */
export interface InterruptSink {
  /**
   * Runs the interrupt entry. Called from a timed event, so in interrupt context. `vector` is the processor
   * vector on Intel; always 0 on Apple silicon, whose handler asks the controller for the event.
   */
  interrupt(vector: number): void
}

/** Time from a controller's decision to the processor's entry. */
export const INTERRUPT_LATENCY_NS = 100
