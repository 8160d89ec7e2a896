import { kernelBundleID, type OSMetaClass } from '../../libkern/index.ts'
import { frameStack } from '../../mach/index.ts'
import { isKernelThread, kernelState, type Blocking, type Frame, type FrameStack, type KernelThread } from '../../sim/index.ts'
import { namedFrame } from '../workloop/driverFrame.ts'
import type { IOService } from './IOService.ts'

/** A hook of IOService by method name, with its parameters as a symbol prints them. */
const signatures = {
  init: 'init(OSDictionary*)',
  probe: 'probe(IOService*, int*)',
  start: 'start(IOService*)',
  stop: 'stop(IOService*)',
  message: 'message(unsigned int, IOService*, void*)',
  willTerminate: 'willTerminate(IOService*, unsigned int)',
  didTerminate: 'didTerminate(IOService*, unsigned int, bool*)',
  requestTerminate: 'requestTerminate(IOService*, unsigned int)',
  finalize: 'finalize(unsigned int)',
  matchPropertyTable: 'matchPropertyTable(OSDictionary*, int*)',
} as const

export type HookName = keyof typeof signatures

class FrameState {
  readonly kernel = new Map<string, Frame>()
  readonly hooks = new Map<OSMetaClass, Map<HookName, Frame>>()
}

const state = kernelState(() => new FrameState())

/** A frame of the kernel itself, made once. */
export function kernelFrame(symbol: string): Frame {
  const { kernel } = state()
  let frame = kernel.get(symbol)
  if (frame === undefined) {
    frame = namedFrame(kernelBundleID, symbol)
    kernel.set(symbol, frame)
  }
  return frame
}

/** The frame of a driver's hook: named after the class that defines it, in the bundle that brought that class. */
function hookFrame(metaClass: OSMetaClass, name: HookName): Frame {
  const { hooks } = state()
  let frames = hooks.get(metaClass)
  if (frames === undefined) {
    frames = new Map()
    hooks.set(metaClass, frames)
  }
  let frame = frames.get(name)
  if (frame === undefined) {
    const owner = definingClass(metaClass, name)
    frame = namedFrame(owner.getKextIdentifier() ?? kernelBundleID, `${owner.className}::${signatures[name]}`)
    frames.set(name, frame)
  }
  return frame
}

function definingClass(metaClass: OSMetaClass, name: HookName): OSMetaClass {
  for (let step: OSMetaClass = metaClass; ; step = step.superMetaClass) {
    if (Object.hasOwn(step.instanceConstructor.prototype as object, name) || step.superMetaClass === null) return step
  }
}

/** Calls a hook that cannot block inside the frame a backtrace would show. */
export function callHook<T>(service: IOService, name: HookName, body: () => T): T {
  const frames = frameStack()
  const depth = frames.push(hookFrame(service.getMetaClass(), name))
  const result = body()
  frames.cut(depth)
  return result
}

/**
 * Calls a hook that may block inside the frame a backtrace would show. Most do not: their answer comes at once,
 * the others' from the thread body that is handed back.
 */
export function beginHook<T>(service: IOService, name: HookName, body: () => Blocking<T>): Blocking<T> {
  const frames = frameStack()
  const depth = frames.push(hookFrame(service.getMetaClass(), name))
  const answer = body()
  if (isKernelThread(answer)) return finishHook(answer, frames, depth)
  frames.cut(depth)
  return answer
}

function* finishHook<T>(rest: KernelThread<T>, frames: FrameStack, depth: number): KernelThread<T> {
  const result = yield* rest
  frames.cut(depth)
  return result
}

/** `beginHook`, waited for. */
export function* callBlockingHook<T>(
  service: IOService, name: HookName, body: () => Blocking<T>,
): KernelThread<T> {
  const answer = beginHook(service, name, body)
  return isKernelThread(answer) ? yield* answer : answer
}

/** Runs a thread body inside a frame of the kernel. */
export function* inKernelFrame<T>(symbol: string, body: KernelThread<T>): KernelThread<T> {
  const frames = frameStack()
  const depth = frames.push(kernelFrame(symbol))
  const result = yield* body
  frames.cut(depth)
  return result
}
