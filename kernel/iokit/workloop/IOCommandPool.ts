import { defineMetaClass, OSObject, type OSMetaClass } from '../../libkern/index.ts'
import type { KernelThread } from '../../sim/index.ts'
import { IOCommandGate } from './IOCommandGate.ts'
import type { IOWorkLoop } from './IOWorkLoop.ts'

/** A pool of reusable commands, last returned first taken. @xnu iokit/Kernel/IOCommandPool.cpp IOCommandPool — faithful */
export class IOCommandPool<Command extends object = object> extends OSObject {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IOCommandPool', IOCommandPool, OSObject)

  private readonly commands: Command[] = []
  private gate: IOCommandGate | null = null

  /** One reference to the caller. The pool adds its own gate to the work loop. */
  static withWorkLoop<Command extends object>(workLoop: IOWorkLoop): IOCommandPool<Command> {
    const pool = new IOCommandPool<Command>()
    pool.gate = IOCommandGate.commandGate(pool)
    workLoop.addEventSource(pool.gate)
    return pool
  }

  /** A command; sleeps for one when `blockForCommand`, else null when there is none. Thread context. */
  *getCommand(blockForCommand = true): KernelThread<Command | null> {
    const gate = this.gate!
    const workLoop = gate.getWorkLoop()!
    yield* workLoop.closeGate()
    if (blockForCommand) while (this.commands.length === 0) yield* gate.commandSleep(this)
    const command = this.commands.pop() ?? null
    workLoop.openGate()
    return command
  }

  /** A command if one is free. Gate held or no other thread concerned. */
  takeCommand(): Command | null {
    return this.commands.pop() ?? null
  }

  /** Puts a command back and wakes one sleeper. */
  returnCommand(command: Command): void {
    this.commands.push(command)
    this.gate?.commandWakeup(this, true)
  }

  override free(): void {
    const workLoop = this.gate?.getWorkLoop()
    if (this.gate !== null) workLoop?.removeEventSource(this.gate)
    this.gate?.release()
    this.gate = null
    super.free()
  }
}
