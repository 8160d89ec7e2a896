import { assert, scheduler, type Scheduler } from '../sim/index.ts'
import type { RegisterFile } from './RegisterFile.ts'

/** The three phases of a reset: quiesce outputs, load reset values, release and derive outputs again. */
export type ResetPhase = 'enter' | 'hold' | 'exit'

/** How far a reset reaches: power was lost, the bus was reset, or software reset this one function. */
export type ResetKind = 'power-on' | 'bus' | 'function'

/** A named group of registers, for the register view. */
export interface RegisterGroup {
  readonly title: string
  readonly file: RegisterFile<string>
}

/**
 * A piece of simulated hardware. Models keep their state as plain data, act only on bus accesses and timed
 * events, and derive every output line from state.
 */
export abstract class DeviceModel {
  /** Event queue and time of the world this device belongs to. */
  protected readonly clock: Scheduler = scheduler()
  private readonly ownChildren: DeviceModel[] = []
  private ownParent: DeviceModel | null = null

  constructor(readonly name: string) {
    assert(name !== '', 'a device model needs a name')
  }

  get parent(): DeviceModel | null {
    return this.ownParent
  }

  /** Devices below this one, in order of attachment: reset order. */
  get children(): readonly DeviceModel[] {
    return this.ownChildren
  }

  /** Puts `child` below this device. */
  adopt(child: DeviceModel): void {
    assert(child.ownParent === null && child !== this, `${child.name} already has a place`)
    child.ownParent = this
    this.ownChildren.push(child)
  }

  /** Takes `child` out again (hot removal). */
  disown(child: DeviceModel): void {
    const index = this.ownChildren.indexOf(child)
    assert(index >= 0, `${child.name} is not below ${this.name}`)
    this.ownChildren.splice(index, 1)
    child.ownParent = null
  }

  /** What the register view shows of this device. */
  registerGroups(): readonly RegisterGroup[] {
    return []
  }

  /** One phase of a reset of this device alone; `resetDevices` walks the tree. */
  reset(_phase: ResetPhase, _kind: ResetKind): void {}
}

/** Resets `root` and everything below it: each phase completes for all devices before the next begins. */
export function resetDevices(root: DeviceModel, kind: ResetKind): void {
  const all: DeviceModel[] = []
  const collect = (device: DeviceModel): void => {
    all.push(device)
    for (const child of device.children) collect(child)
  }
  collect(root)
  for (const phase of ['enter', 'hold', 'exit'] as const) {
    for (const device of all) device.reset(phase, kind)
  }
}
