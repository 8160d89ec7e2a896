import type { Frame } from './Frame.ts'

/** A simulated call stack, outermost first. Cut by depth alone: frames are constants, a stale one does no harm. */
export class FrameStack {
  private readonly frames: Frame[] = []
  private count = 0

  get depth(): number {
    return this.count
  }

  /** The innermost frame, or null. */
  get top(): Frame | null {
    return this.count === 0 ? null : this.frames[this.count - 1]!
  }

  /** Enters a frame and answers the depth before it, to give `cut`. */
  push(frame: Frame): number {
    const depth = this.count
    this.frames[depth] = frame
    this.count = depth + 1
    return depth
  }

  /** Leaves the frame entered at `depth` and any left behind below it. */
  cut(depth: number): void {
    this.count = depth
  }

  /** The frames as they are now, innermost first. */
  innermostFirst(): Frame[] {
    return this.frames.slice(0, this.count).reverse()
  }
}
