import { kIOReturnNoResources, kIOReturnSuccess, type IOReturn } from '../../abi/index.ts'
import { defineMetaClass, type OSMetaClass, type OSObject } from '../../libkern/index.ts'
import { frameStack } from '../../mach/index.ts'
import { kernelState } from '../../sim/index.ts'
import { IOService } from '../service/index.ts'
import { kernelFrame, kIOInterruptTypeEdge, type IOInterruptHandler } from '../workloop/index.ts'
import { lookupInterrupt, type InterruptNub } from './controllers.ts'

/** State of one input of a controller. */
export class IOInterruptVector {
  nub: InterruptNub | null = null
  source = 0
  target: OSObject | null = null
  handler: IOInterruptHandler | null = null
  registered = false
  interruptActive = false
  interruptDisabledSoft = true
  interruptDisabledHard = true
  /** Came while it was disabled. */
  delivered = 0

  constructor(readonly controller: IOInterruptController, readonly vectorNumber: number) {}
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

/**
 * Base of the platform's interrupt controllers: registration, lazy masking and delivery. Concrete controllers give
 * the hardware hooks. @xnu iokit/Kernel/IOInterruptController.cpp IOInterruptController — simplified: one handler per vector
 */
export abstract class IOInterruptController extends IOService {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IOInterruptController', IOInterruptController, IOService, { abstract: true })

  /** By vector number; numbers are small. */
  private readonly vectors: (IOInterruptVector | undefined)[] = []
  private readonly statistics = statistics()

  /** The vector of that number, once it has had a handler. */
  protected vectorAt(vectorNumber: number): IOInterruptVector | null {
    return this.vectors[vectorNumber] ?? null
  }

  /** Number of the vector that a specifier names. */
  protected vectorNumberOf(vectorData: Uint8Array): number {
    const at = (i: number): number => vectorData[i] ?? 0
    return (at(0) | (at(1) << 8) | (at(2) << 16) | (at(3) << 24)) >>> 0
  }

  /** Hardware hook: a vector gets its first handler. */
  protected initVector(_vector: IOInterruptVector): void {}

  /** Hardware hook: lets the vector through. */
  protected abstract enableVector(vector: IOInterruptVector): void

  /** Hardware hook: masks the vector. */
  protected abstract disableVectorHard(vector: IOInterruptVector): void

  /** `kIOInterruptType…` of a vector. */
  protected getVectorType(_vectorNumber: number, _vectorData: Uint8Array): number {
    return kIOInterruptTypeEdge
  }

  /** The first handler of a vector; it starts disabled. @xnu IOInterruptController.cpp registerInterrupt — faithful */
  registerInterruptFor(nub: InterruptNub, source: number, target: OSObject, handler: IOInterruptHandler): IOReturn {
    const vector = this.vectorFor(nub, source)
    if (vector.registered) return kIOReturnNoResources
    vector.nub = nub
    vector.source = source
    vector.target = target
    vector.handler = handler
    vector.interruptDisabledSoft = true
    vector.interruptDisabledHard = true
    vector.registered = true
    this.initVector(vector)
    return kIOReturnSuccess
  }

  /** @xnu IOInterruptController.cpp unregisterInterrupt — faithful */
  unregisterInterruptFor(nub: InterruptNub, source: number): IOReturn {
    const vector = this.vectorFor(nub, source)
    if (vector.registered) {
      this.disableVectorHard(vector)
      this.vectors[vector.vectorNumber] = undefined
      this.statistics.vectors.delete(vector)
    }
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

  /** Soft only: the hardware is masked when the next interrupt comes. @xnu IOInterruptController.cpp disableInterrupt — faithful */
  disableInterruptFor(nub: InterruptNub, source: number): IOReturn {
    this.vectorFor(nub, source).interruptDisabledSoft = true
    return kIOReturnSuccess
  }

  getInterruptTypeFor(nub: InterruptNub, source: number): { result: IOReturn; type: number } {
    const { vectorData } = lookupInterrupt(nub, source)
    return { result: kIOReturnSuccess, type: this.getVectorType(this.vectorNumberOf(vectorData), vectorData) }
  }

  /** Delivers vector `vectorNumber`. Interrupt level. */
  handleInterrupt(vectorNumber: number): void {
    const vector = this.vectors[vectorNumber]
    if (vector === undefined || !vector.registered) return
    if (vector.interruptDisabledSoft) {
      vector.interruptDisabledHard = true
      this.disableVectorHard(vector)
      return
    }
    const frames = frameStack()
    const depth = frames.push(HANDLE_INTERRUPT)
    vector.interruptActive = true
    vector.delivered++
    this.statistics.delivered++
    vector.handler!(vector.nub!, vector.source)
    vector.interruptActive = false
    frames.cut(depth)
  }

  private vectorFor(nub: InterruptNub, source: number): IOInterruptVector {
    const number = this.vectorNumberOf(lookupInterrupt(nub, source).vectorData)
    let vector = this.vectors[number]
    if (vector === undefined) {
      vector = new IOInterruptVector(this, number)
      this.vectors[number] = vector
      this.statistics.vectors.add(vector)
    }
    return vector
  }
}

const HANDLE_INTERRUPT = kernelFrame('IOInterruptController::handleInterrupt(void*, IOService*, int)')
