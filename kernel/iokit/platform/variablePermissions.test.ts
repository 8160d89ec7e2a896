import { expect, it } from 'vitest'
import { installPlainMemory } from '../../../test/support/machStory.ts'
import { kernel_task, task_create } from '../../mach/index.ts'
import { Simulation } from '../../sim/index.ts'
import { mayDeleteVariable, mayWriteVariable } from './variablePermissions.ts'

const ENTITLED = new Map([['com.apple.private.iokit.nvram-write-access', true]])

it('a variable says who may set and delete it', () => {
  new Simulation(1).enter(() => {
    installPlainMemory(4 * 1024 * 1024, 16_384)
    const tasks = [
      kernel_task(), task_create({ pid: 1, name: 'root', uid: 0 }),
      task_create({ pid: 2, name: 'entitled', uid: 501, entitlements: ENTITLED }),
      task_create({ pid: 3, name: 'user', uid: 501 }),
    ]
    const rights = (name: string): string => tasks.map((task) =>
      (mayWriteVariable(name, task) ? 'w' : '-') + (mayDeleteVariable(name, task) ? 'd' : '-')).join(' ')
    expect(Object.fromEntries(
      ['boot-args', 'darkboot', 'nonce-seeds', 'fm-spkeys', 'policy-nonce-digests'].map((name) =>
        [name, rights(name)]),
    )).toEqual({
      'boot-args': 'wd wd wd --', 'darkboot': 'wd wd wd wd', 'nonce-seeds': 'wd -- -- --',
      'fm-spkeys': 'w- w- w- --', 'policy-nonce-digests': 'w- w- w- --',
    })
  })
})
