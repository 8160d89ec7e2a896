import { defineMetaClass, OSObject, type OSMetaClass } from '../../libkern/index.ts'
import { kIOReturnNoResources, kIOReturnSuccess, type IOReturn } from '../../abi/index.ts'
import type { KernelThread } from '../../sim/index.ts'
import { IOCommandGate } from './IOCommandGate.ts'
import type { IOWorkLoop } from './IOWorkLoop.ts'

/**
 * A pool of reusable commands, last returned first taken. @xnu iokit/Kernel/IOCommandPool.cpp IOCommandPool
 * — faithful
 */
export class IOCommandPool<Command extends object = object> extends OSObject {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IOCommandPool', IOCommandPool, OSObject)

  private readonly commands: Command[] = []
  private readonly sleepers = { count: 0 }
  private serializer: IOCommandGate | null = null

  /**
   * One reference to the caller. The pool adds its own gate to the work loop. @xnu IOCommandPool.cpp
   * withWorkLoop — faithful
   */
  static withWorkLoop<Command extends object>(workLoop: IOWorkLoop): IOCommandPool<Command> {
    const pool = new IOCommandPool<Command>()
    pool.serializer = IOCommandGate.commandGate(pool)
    workLoop.addEventSource(pool.serializer)
    return pool
  }

  /**
   * A command; sleeps for one when `blockForCommand`, else null when there is none. Thread context.
   * @xnu IOCommandPool.cpp getCommand — faithful
   */
  *getCommand(blockForCommand = true): KernelThread<Command | null> {
    const taken = { command: null as Command | null }
    yield* this.serializer!.runAction(() => this.gatedGetCommand(taken, blockForCommand))
    return taken.command
  }

  /** A command if one is free. Gate held. @xnu IOCommandPool.cpp gatedGetCommand — faithful */
  takeCommand(): Command | null {
    return this.commands.pop() ?? null
  }

  /**
   * Puts a command back, first to be taken, and wakes one sleeper. Thread context. @xnu IOCommandPool.cpp
   * returnCommand — simplified: does not wait for the gate, nothing else runs meanwhile
   */
  returnCommand(command: Command): void {
    this.commands.push(command)
    if (this.sleepers.count === 0) return
    this.serializer!.commandWakeup(this.sleepers, true)
    this.sleepers.count--
  }

  /** Takes the pool's gate out of the work loop. @xnu IOCommandPool.cpp free — faithful */
  override free(): void {
    const workLoop = this.serializer?.getWorkLoop()
    if (this.serializer !== null) workLoop?.removeEventSource(this.serializer)
    this.serializer?.release()
    this.serializer = null
    super.free()
  }

  private *gatedGetCommand(
    taken: { command: Command | null }, blockForCommand: boolean,
  ): KernelThread<IOReturn> {
    while (this.commands.length === 0) {
      if (!blockForCommand) return kIOReturnNoResources
      this.sleepers.count++
      yield* this.serializer!.commandSleep(this.sleepers)
    }
    taken.command = this.commands.pop()!
    return kIOReturnSuccess
  }
}
