import { expect, it } from 'vitest'
import { MachStory } from '../../../test/support/machStory.ts'
import {
  mach_port_allocate, mach_port_deallocate, mach_port_destroy, mach_port_guard, MACH_PORT_RIGHT_RECEIVE,
} from '../../mach/user.ts'
import type { Process } from './Process.ts'
import { spawnProcess } from './processTable.ts'
import { SIGKILL } from './signals.ts'

/** Lets a process make a mistake with a port and go on; how it ended, and whether it came through. */
function endOf(mistake: (process: Process) => void): [unknown, boolean] {
  const story = new MachStory()
  let cameThrough = false
  let end: unknown = null
  story.do(() => spawnProcess({
    parent: null, argv: ['tool'], onExit: (status) => { end = status },
    body: function* (process) {
      mistake(process)
      yield* process.checkpoint()
      cameThrough = true
      return 3
    },
  }))
  story.run()
  return [end, cameThrough]
}

it('a process that destroys a guarded port, or lets go of a name it has not, is killed', () => {
  const killed = [{ kind: 'signaled', signal: SIGKILL }, false]
  expect(endOf(({ task }) => {
    const { name } = mach_port_allocate(task, MACH_PORT_RIGHT_RECEIVE)
    mach_port_guard(task, name, 7n, true)
    mach_port_destroy(task, name)
  })).toEqual(killed)
  expect(endOf(({ task }) => void mach_port_deallocate(task, 0x999903))).toEqual(killed)
  expect(endOf(({ task }) => {
    const { name } = mach_port_allocate(task, MACH_PORT_RIGHT_RECEIVE)
    mach_port_destroy(task, name)
  })).toEqual([{ kind: 'exited', status: 3 }, true])
})
