import { expect, it } from 'vitest'
import { MachStory } from '../../test/support/machStory.ts'
import { host_get_host_priv_port, host_get_io_main, mach_host_self, type Task } from './user.ts'

it('the privileged host port is the host port of root\'s tasks, and nobody else gets it', () => {
  const story = new MachStory()
  const [root, user] = [story.task('root', 0), story.task('user')]
  const asked = (task: Task): unknown[] => story.do(() => {
    const host = mach_host_self(task)
    return [host_get_host_priv_port(task, host) === host, host_get_host_priv_port(task, 0x999903),
      host_get_io_main(task, host) !== 0]
  })
  expect([asked(root), asked(user)]).toEqual([[true, 0, true], [false, 0, true]])
  expect(story.do(() => host_get_host_priv_port(user, mach_host_self(user)))).toBe(0)
  expect(story.do(() => {
    const held = mach_host_self(root)
    root.uid = 501
    return host_get_host_priv_port(root, held)
  })).toBe(0)
})
