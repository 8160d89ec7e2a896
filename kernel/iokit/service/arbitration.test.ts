import { describe, expect, it } from 'vitest'
import { firstPanic } from '../../mach/index.ts'
import { WaitQueue, scheduler, type KernelThread } from '../../sim/index.ts'
import { Story, type StoryNub } from '../../../test/support/iokitStory.ts'

/** Spawns threads one after the other; each sleeps a millisecond between its steps. */
function play(story: Story, bodies: readonly (() => KernelThread)[]): void {
  story.do(() => bodies.forEach((body, index) => scheduler().spawn(`${index + 1}`, body())))
  story.run()
}

function* pause(): KernelThread {
  scheduler().assertWait(new WaitQueue(), scheduler().nowNs + 1e6)
  yield
}

function world(): { story: Story; a: StoryNub; b: StoryNub; c: StoryNub; said: string[] } {
  const story = new Story()
  const nub = (name: string): StoryNub => story.nub({ IOName: name })
  return { story, a: nub('a'), b: nub('b'), c: nub('c'), said: [] }
}

describe('xnu A1 TestLockForArbitration', () => {
  it('fails the request that is not required, and then grants the one that is', () => {
    const { story, a, b, said } = world()
    const arrived = new WaitQueue()
    play(story, [function* () {
      expect(yield* a.lockForArbitration()).toBe(true)
      scheduler().spawn('other', (function* (): KernelThread {
        expect(yield* b.lockForArbitration()).toBe(true)
        scheduler().wakeAll(arrived)
        yield* pause()
        said.push(`a, not required: ${String(yield* a.lockForArbitration(false))}`)
        b.unlockForArbitration()
      })())
      scheduler().assertWait(arrived)
      yield
      said.push(`b, required: ${String(yield* b.lockForArbitration())}`)
      b.unlockForArbitration()
      a.unlockForArbitration()
    }])
    expect(said).toEqual(['a, not required: false', 'b, required: true'])
    expect(story.do(() => firstPanic())).toBe(null)
  })
})

describe('the arbitration lock', () => {
  it('is recursive, and goes to those who wait in their order, before any newcomer', () => {
    const { story, a, said } = world()
    const take = (name: string, before: number): (() => KernelThread) => function* () {
      for (let i = 0; i < before; i++) yield* pause()
      yield* a.lockForArbitration()
      said.push(name)
      yield* a.lockForArbitration()
      yield* pause()
      a.unlockForArbitration()
      yield* pause()
      yield* pause()
      a.unlockForArbitration()
      // Comes again at once: the others waited before.
      if (name === 'first') {
        yield* a.lockForArbitration()
        said.push('first again')
        a.unlockForArbitration()
      }
    }
    play(story, [take('first', 0), take('second', 1), take('third', 2)])
    expect(said).toEqual(['first', 'second', 'third', 'first again'])
  })

  it('aborts the last waiter of the circle that may fail, for a request that is required', () => {
    const { story, a, b, c, said } = world()
    const hold = (name: string, locks: readonly [StoryNub, StoryNub], isRequired: boolean, before: number) =>
      function* (): KernelThread {
        yield* locks[0].lockForArbitration()
        for (let i = 0; i < before; i++) yield* pause()
        const got = yield* locks[1].lockForArbitration(isRequired)
        said.push(`${name} ${String(got)}`)
        if (got) locks[1].unlockForArbitration()
        locks[0].unlockForArbitration()
      }
    // 1 has a and wants b, 2 has b and wants c: both may fail; 3 has c and wants a, which closes the circle.
    play(story, [hold('1', [a, b], false, 1), hold('2', [b, c], false, 2), hold('3', [c, a], true, 3)])
    expect(said).toEqual(['2 false', '1 true', '3 true'])
  })

  it('panics where all of a circle are required', () => {
    const { story, a, b } = world()
    const hold = (first: StoryNub, second: StoryNub) => function* (): KernelThread {
      yield* first.lockForArbitration()
      yield* pause()
      yield* second.lockForArbitration()
    }
    expect(() => play(story, [hold(a, b), hold(b, a)])).toThrow('I/O Kit: Unrecoverable deadlock.')
  })

  it('keeps an open waiting until another open has ended', () => {
    const { story, a, b, c, said } = world()
    story.do(() => {
      b.attach(a)
      c.attach(a)
    })
    play(story, [function* () {
      yield* a.lockForArbitration()
      yield* pause()
      said.push('let go')
      a.unlockForArbitration()
    }, function* () {
      said.push(`b ${String(a.open(b))}`)
      said.push(`c ${String(yield* a.openWaiting(c))}`)
    }])
    expect(said).toEqual(['b false', 'let go', 'c true'])
  })
})
