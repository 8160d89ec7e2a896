import { kIOReturnNoResources, kIOReturnSuccess, type IOReturn } from '../../abi/index.ts'
import { defineMetaClass, type OSMetaClass, type OSObject } from '../../libkern/index.ts'
import { frameStack } from '../../mach/index.ts'
import { atOnce, kernelState, type Frame } from '../../sim/index.ts'
import { IOService } from '../service/index.ts'
import {
  kernelFrame, kIOInterruptTypeEdge, kIOInterruptTypeLevel, type IOInterruptHandler,
} from '../workloop/index.ts'
import { interruptSourceOf, type InterruptNub } from './controllers.ts'

/** State of one input of a controller. */
export class IOInterruptVector {
  nub: InterruptNub | null = null
  source = 0
  target: OSObject | null = null
  handler: IOInterruptHandler | null = null
  registered = false
  interruptActive = false
  interruptDisabledSoft = false
  interruptDisabledHard = false
  /** Who takes the vector for several clients. */
  sharedController: IOSharedInterruptController | null = null
  /** Came while it was registered and never enabled: the first enable makes up for it. Messages only. */
  isOwed = false
  delivered = 0

  constructor(readonly controller: IOInterruptController, readonly vectorNumber: number) {}

  /** A client takes the vector; it starts disabled. @xnu ours: there the vector's fields are filled in line */
  take(nub: InterruptNub, source: number, target: OSObject, handler: IOInterruptHandler): void {
    this.nub = nub
    this.source = source
    this.target = target
    this.handler = handler
  }
}

const statistics = kernelState(() => ({ delivered: 0, vectors: new Set<IOInterruptVector>() }))

/** Vectors that are in use, of all controllers, in order of registration. */
export function interruptVectors(): ReadonlySet<IOInterruptVector> {
  return statistics().vectors
}

/** Interrupts that reached a driver's handler in this world. */
export function interruptsDelivered(): number {
  return statistics().delivered
}

const HANDLE_INTERRUPT = kernelFrame('IOInterruptController::handleInterrupt(void*, IOService*, int)')

/**
 * Base of the platform's interrupt controllers: registration, sharing, lazy masking and delivery. Concrete
 * controllers give the hardware hooks. There is no count of disables: one enable matches any number. @xnu
 * iokit/Kernel/IOInterruptController.cpp IOInterruptController — simplified: the device tree does not ask
 * for sharing
 */
export abstract class IOInterruptController extends IOService {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOInterruptController', IOInterruptController, IOService, { abstract: true })

  /** By vector number; numbers are small. */
  protected readonly vectors: (IOInterruptVector | undefined)[] = []
  protected readonly statistics = statistics()

  /** The vector of that number, once it has had a handler. */
  protected vectorAt(vectorNumber: number): IOInterruptVector | null {
    return this.vectors[vectorNumber] ?? null
  }

  /** Number of the vector that a specifier names. */
  protected vectorNumberOf(vectorData: Uint8Array): number {
    const at = (i: number): number => vectorData[i] ?? 0
    return (at(0) | (at(1) << 8) | (at(2) << 16) | (at(3) << 24)) >>> 0
  }

  /**
   * Whether several clients may have the vector. @xnu IOInterruptController.cpp vectorCanBeShared — faithful
   */
  protected vectorCanBeShared(_vector: IOInterruptVector): boolean {
    return false
  }

  /** Hardware hook: a vector gets its first handler. */
  protected initVector(_vector: IOInterruptVector): void {}

  /** Hardware hook: lets the vector through. */
  protected abstract enableVector(vector: IOInterruptVector): void

  /** Hardware hook: masks the vector. */
  protected abstract disableVectorHard(vector: IOInterruptVector): void

  /** Hardware hook: raises the vector. @xnu IOInterruptController.cpp causeVector — faithful */
  protected causeVector(_vector: IOInterruptVector): void {}

  /** `kIOInterruptType…` of a vector. */
  protected getVectorType(_vectorNumber: number, _vectorData: Uint8Array): number {
    return kIOInterruptTypeEdge
  }

  /**
   * Sets the handler of a nub's interrupt; it starts disabled. kIOReturnNoResources when another has it and
   * it cannot be shared; else both hang on a shared controller. @xnu IOInterruptController.cpp
   * registerInterrupt — faithful
   */
  registerInterruptFor(
    nub: InterruptNub, source: number, target: OSObject, handler: IOInterruptHandler,
  ): IOReturn {
    const vector = this.vectorFor(nub, source)
    const canBeShared = this.vectorCanBeShared(vector)
    if (vector.registered && !canBeShared) return kIOReturnNoResources
    if (vector.registered || (canBeShared && this.shouldBeShared(nub, source))) {
      vector.sharedController ??= this.shareVector(vector, interruptSourceOf(nub, source).vectorData)
      return vector.sharedController.registerInterruptFor(nub, source, target, handler)
    }
    vector.take(nub, source, target, handler)
    this.initVector(vector)
    vector.interruptDisabledHard = true
    vector.interruptDisabledSoft = true
    vector.registered = true
    return kIOReturnSuccess
  }

  /**
   * Success also where there was no handler. @xnu IOInterruptController.cpp unregisterInterrupt — faithful
   */
  unregisterInterruptFor(nub: InterruptNub, source: number): IOReturn {
    const vector = this.vectorFor(nub, source)
    if (!vector.registered) return kIOReturnSuccess
    this.disableInterruptFor(nub, source)
    this.disableVectorHard(vector)
    this.forget(vector)
    return kIOReturnSuccess
  }

  /** @xnu IOInterruptController.cpp enableInterrupt — faithful */
  enableInterruptFor(nub: InterruptNub, source: number): IOReturn {
    const vector = this.vectorFor(nub, source)
    if (vector.interruptDisabledSoft) {
      vector.interruptDisabledSoft = false
      if (vector.interruptDisabledHard) {
        vector.interruptDisabledHard = false
        this.enableVector(vector)
      }
    }
    return kIOReturnSuccess
  }

  /**
   * Soft only: the hardware is masked when the next interrupt comes.
   * @xnu IOInterruptController.cpp disableInterrupt — faithful
   */
  disableInterruptFor(nub: InterruptNub, source: number): IOReturn {
    this.vectorFor(nub, source).interruptDisabledSoft = true
    return kIOReturnSuccess
  }

  /**
   * Raises the interrupt, where the hardware can. @xnu IOInterruptController.cpp causeInterrupt — faithful
   */
  causeInterruptFor(nub: InterruptNub, source: number): IOReturn {
    this.causeVector(this.vectorFor(nub, source))
    return kIOReturnSuccess
  }

  /** @xnu IOInterruptController.cpp getInterruptType — faithful */
  getInterruptTypeFor(nub: InterruptNub, source: number): { result: IOReturn; type: number } {
    const { vectorData } = interruptSourceOf(nub, source)
    return { result: kIOReturnSuccess, type: this.getVectorType(this.vectorNumberOf(vectorData), vectorData) }
  }

  /**
   * Delivers vector `vectorNumber`. Interrupt level. @xnu ours: what platform controllers do; there the base
   * answers kIOReturnInvalid
   */
  handleInterrupt(vectorNumber: number): void {
    const vector = this.vectors[vectorNumber]
    if (vector === undefined || !vector.registered) return
    if (vector.interruptDisabledSoft) {
      vector.interruptDisabledHard = true
      this.disableVectorHard(vector)
      return
    }
    this.deliver(vector, HANDLE_INTERRUPT)
  }

  /**
   * Runs the handler of a registered vector under `frame`, and counts it. Interrupt level.
   * @xnu ours: what the two forms of handleInterrupt have in common
   */
  protected deliver(vector: IOInterruptVector, frame: Frame): void {
    const frames = frameStack()
    const depth = frames.push(frame)
    vector.interruptActive = true
    vector.delivered++
    this.statistics.delivered++
    vector.handler!(vector.nub!, vector.source)
    vector.interruptActive = false
    frames.cut(depth)
  }

  /** The vector of a nub's interrupt, made on first use. */
  protected vectorFor(nub: InterruptNub, source: number): IOInterruptVector {
    const number = this.vectorNumberOf(interruptSourceOf(nub, source).vectorData)
    return this.vectorIn(this.vectors, number)
  }

  /** The vector of that number in a table, made on first use. */
  protected vectorIn(table: (IOInterruptVector | undefined)[], number: number): IOInterruptVector {
    let vector = table[number]
    if (vector === undefined) {
      vector = new IOInterruptVector(this, number)
      table[number] = vector
      this.statistics.vectors.add(vector)
    }
    return vector
  }

  /** A vector's last handler is gone, and with it what was known of the vector. */
  protected forget(vector: IOInterruptVector): void {
    if (this.vectors[vector.vectorNumber] === vector) this.vectors[vector.vectorNumber] = undefined
    this.statistics.vectors.delete(vector)
  }

  /** Level lines of a platform device are shared from their first client on: so on Intel Macs. */
  private shouldBeShared(nub: InterruptNub, source: number): boolean {
    if (this.getProvider()?.metaCast('IOPlatformDevice') == null) return false
    return (this.getInterruptTypeFor(nub, source).type & kIOInterruptTypeLevel) !== 0
  }

  /** Hangs a shared controller on a vector, and moves a client that is there already to it. */
  private shareVector(vector: IOInterruptVector, vectorData: Uint8Array): IOSharedInterruptController {
    const shared = new IOSharedInterruptController()
    const { nub, source, target, handler, interruptDisabledSoft, registered } = vector
    shared.initInterruptController(this, vectorData)
    if (registered) {
      this.disableVectorHard(vector)
      shared.registerInterruptFor(nub!, source, target!, handler!)
    }
    vector.take(shared, 0, shared, () => shared.handleSharedInterrupt())
    this.statistics.vectors.delete(vector)
    if (!registered) this.initVector(vector)
    vector.interruptDisabledSoft = true
    vector.interruptDisabledHard = true
    vector.registered = true
    if (registered && !interruptDisabledSoft) shared.enableInterruptFor(nub!, source)
    return shared
  }
}

/** Clients of one shared vector. */
const SHARED_VECTORS = 128

/**
 * One vector for several clients: the line is let through while all of them are enabled, and each interrupt
 * calls all that are. @xnu iokit/Kernel/IOInterruptController.cpp IOSharedInterruptController — faithful
 */
export class IOSharedInterruptController extends IOInterruptController {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOSharedInterruptController', IOSharedInterruptController, IOInterruptController)

  private vectorsRegistered = 0
  private vectorsEnabled = 0
  /** Most clients there have been at once. */
  private numVectors = 0
  private controllerDisabled = true

  /**
   * Second stage of construction: of which vector.
   * @xnu IOInterruptController.cpp initInterruptController — faithful
   */
  initInterruptController(parent: IOInterruptController, vectorData: Uint8Array): void {
    this.init()
    this.internals.interruptSources = [{ controller: parent, vectorData }]
  }

  /**
   * A client more, disabled; kIOReturnNoResources after 128.
   * @xnu IOInterruptController.cpp IOSharedInterruptController::registerInterrupt — faithful
   */
  override registerInterruptFor(
    nub: InterruptNub, source: number, target: OSObject, handler: IOInterruptHandler,
  ): IOReturn {
    let slot = 0
    while (this.vectors[slot]?.registered === true) slot++
    if (slot >= SHARED_VECTORS) return kIOReturnNoResources
    const vector = new IOInterruptVector(this, slot)
    vector.take(nub, source, target, handler)
    vector.interruptDisabledSoft = true
    vector.registered = true
    this.vectors[slot] = vector
    this.statistics.vectors.add(vector)
    nub.internals.interruptSources![source] = { controller: this, vectorData: Uint8Array.of(slot, 0, 0, 0) }
    this.vectorsRegistered++
    this.numVectors = Math.max(this.numVectors, this.vectorsRegistered)
    return kIOReturnSuccess
  }

  /**
   * A client less; the line is let through if all that are left are enabled, also if none is left.
   * @xnu IOInterruptController.cpp IOSharedInterruptController::unregisterInterrupt — faithful
   */
  override unregisterInterruptFor(nub: InterruptNub, source: number): IOReturn {
    for (const vector of this.vectors) {
      if (vector?.registered !== true || vector.nub !== nub || vector.source !== source) continue
      this.disableInterruptFor(nub, source)
      this.vectors[vector.vectorNumber] = undefined
      this.statistics.vectors.delete(vector)
      nub.internals.interruptSources![source] = { controller: this, vectorData: null }
      this.vectorsRegistered--
    }
    if (this.vectorsEnabled === this.vectorsRegistered) this.letThrough()
    return kIOReturnSuccess
  }

  /**
   * The type of the line. @xnu IOInterruptController.cpp IOSharedInterruptController::getInterruptType —
   * faithful
   */
  override getInterruptTypeFor(): { result: IOReturn; type: number } {
    return atOnce(this.getInterruptType(0))
  }

  /** @xnu IOInterruptController.cpp IOSharedInterruptController::enableInterrupt — faithful */
  override enableInterruptFor(nub: InterruptNub, source: number): IOReturn {
    const vector = this.vectorFor(nub, source)
    if (!vector.interruptDisabledSoft) return kIOReturnSuccess
    vector.interruptDisabledSoft = false
    this.vectorsEnabled++
    if (this.controllerDisabled && this.vectorsEnabled === this.vectorsRegistered) this.letThrough()
    return kIOReturnSuccess
  }

  /**
   * The line stays as it is until the next interrupt.
   * @xnu IOInterruptController.cpp IOSharedInterruptController::disableInterrupt — faithful
   */
  override disableInterruptFor(nub: InterruptNub, source: number): IOReturn {
    const vector = this.vectorFor(nub, source)
    if (!vector.interruptDisabledSoft) {
      vector.interruptDisabledSoft = true
      this.vectorsEnabled--
    }
    return kIOReturnSuccess
  }

  /**
   * The line's interrupt: each enabled client's handler, in order of registration; then the line is held
   * back if any client is disabled. Interrupt level. @xnu IOInterruptController.cpp
   * IOSharedInterruptController::handleInterrupt — faithful
   */
  handleSharedInterrupt(): void {
    for (let slot = 0; slot < this.numVectors; slot++) {
      const vector = this.vectors[slot]
      if (vector === undefined || vector.interruptDisabledSoft) continue
      vector.interruptActive = true
      vector.delivered++
      vector.handler!(vector.nub!, vector.source)
      vector.interruptActive = false
    }
    if (this.vectorsEnabled === this.vectorsRegistered) return
    this.disableInterrupt(0)
    this.controllerDisabled = true
  }

  protected override enableVector(_vector: IOInterruptVector): void {}

  protected override disableVectorHard(_vector: IOInterruptVector): void {}

  private letThrough(): void {
    this.controllerDisabled = false
    this.enableInterrupt(0)
  }
}
