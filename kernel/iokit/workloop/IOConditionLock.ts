import { defineMetaClass, OSObject, type OSMetaClass } from '../../libkern/index.ts'
import { scheduler, THREAD_AWAKENED, WaitQueue, type KernelThread, type WaitResult } from '../../sim/index.ts'

/**
 * A lock with a number: whoever takes it may wait until the number is a certain one.
 * @xnu iokit/Kernel/IOConditionLock.cpp IOConditionLock — faithful
 */
export class IOConditionLock extends OSObject {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IOConditionLock', IOConditionLock, OSObject)

  private condition = 0
  private isInterruptible = true
  private isTaken = false
  /** Who waits for the lock, and who waits for the number to change. */
  private readonly lockWaiters = new WaitQueue()
  private readonly changeWaiters = new WaitQueue()

  /** One reference to the caller. @xnu IOConditionLock.cpp withCondition — faithful */
  static withCondition(condition: number, interruptible = true): IOConditionLock | null {
    const lock = new IOConditionLock()
    if (lock.initWithCondition(condition, interruptible)) return lock
    lock.release()
    return null
  }

  /** @xnu IOConditionLock.cpp initWithCondition — faithful */
  initWithCondition(condition: number, interruptible = true): boolean {
    if (!super.init()) return false
    this.condition = condition
    this.isInterruptible = interruptible
    return true
  }

  /** Whether its waits may be interrupted. @xnu IOConditionLock.cpp getInterruptible — faithful */
  getInterruptible(): boolean {
    return this.isInterruptible
  }

  /** The number; may change at once unless the lock is held. @xnu IOConditionLock.cpp getCondition — faithful */
  getCondition(): number {
    return this.condition
  }

  /**
   * Sets the number, wakes one thread that waits for a change, and answers the former number. The lock is held.
   * @xnu IOConditionLock.cpp setCondition — faithful
   */
  setCondition(condition: number): number {
    const former = this.condition
    this.condition = condition
    scheduler().wakeOne(this.changeWaiters)
    return former
  }

  /** Takes the lock if it is free. Any context. @xnu IOConditionLock.cpp tryLock — faithful */
  tryLock(): boolean {
    if (this.isTaken) return false
    this.isTaken = true
    return true
  }

  /** Takes the lock; anything but THREAD_AWAKENED says that it did not. Thread context. @xnu IOConditionLock.cpp lock — faithful */
  *lock(): KernelThread<WaitResult> {
    while (this.isTaken) {
      scheduler().assertWait(this.lockWaiters, Infinity, this.isInterruptible)
      const result = yield
      if (result !== THREAD_AWAKENED) return result
    }
    this.isTaken = true
    return THREAD_AWAKENED
  }

  /** Takes the lock when the number is `condition`. Results as of `lock`. Thread context. @xnu IOConditionLock.cpp lockWhen — faithful */
  *lockWhen(condition: number): KernelThread<WaitResult> {
    for (;;) {
      const taken = yield* this.lock()
      if (taken !== THREAD_AWAKENED || this.condition === condition) return taken
      this.unlock()
      scheduler().assertWait(this.changeWaiters, Infinity, this.isInterruptible)
      const result = yield
      if (result !== THREAD_AWAKENED) return result
    }
  }

  /**
   * Gives the lock back; one thread that waits for a change looks again, and all that wait for the lock.
   * @xnu IOConditionLock.cpp unlock — faithful
   */
  unlock(): void {
    scheduler().wakeOne(this.changeWaiters)
    this.isTaken = false
    scheduler().wakeAll(this.lockWaiters)
  }

  /** Sets the number and gives the lock back. @xnu IOConditionLock.cpp unlockWith — faithful */
  unlockWith(condition: number): void {
    this.condition = condition
    this.unlock()
  }
}
