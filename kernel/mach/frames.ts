import { FrameStack, kernelState, scheduler, type Frame, type KernelThread } from '../sim/index.ts'

/** Frames of code that runs outside any thread: power-on, before the first thread. */
const bootFrames = kernelState(() => new FrameStack())

/** The live stack of whatever runs now, outermost first. */
export function frameStack(): FrameStack {
  const { inInterrupt, interruptFrames, current } = scheduler()
  if (inInterrupt) return interruptFrames
  return current === null ? bootFrames() : current.frames
}

/** Copy of the simulated call stack of whatever runs now, innermost first. */
export function currentFrames(): Frame[] {
  return frameStack().innermostFirst()
}

/**
 * Enters a frame and answers the depth to give `popFrame`. For hot paths; others use `withFrame`.
 * There is no `finally`: after a throw the frames stay, so that a report sees them; the next outer `popFrame`
 * cuts the stack back to its own depth.
 */
export function pushFrame(frame: Frame): number {
  return frameStack().push(frame)
}

/** Leaves the frame entered at `depth` and any that were left behind below it. */
export function popFrame(depth: number): void {
  frameStack().cut(depth)
}

/** Runs `body` inside `frame`. */
export function withFrame<T>(frame: Frame, body: () => T): T {
  const frames = frameStack()
  const depth = frames.push(frame)
  const result = body()
  frames.cut(depth)
  return result
}

/** Runs a thread body inside `frame`; it may block in there. */
export function* withFrameBlocking<T>(frame: Frame, body: KernelThread<T>): KernelThread<T> {
  const frames = frameStack()
  const depth = frames.push(frame)
  const result = yield* body
  frames.cut(depth)
  return result
}
