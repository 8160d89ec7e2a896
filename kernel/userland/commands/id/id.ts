import type { KernelThread } from '../../../sim/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import type { Process } from '../../libsystem/Process.ts'
import { accountByUid, userland, type Account } from '../../libsystem/userlandState.ts'
import { parseOptions, warn } from '../support/inputs.ts'

const USAGE = 'usage: id [user]\n       id -G [-n] [user]\n       id -g [-nr] [user]\n'
  + '       id -u [-nr] [user]'

function text(account: Account, letters: ReadonlySet<string>): string {
  const named = letters.has('n')
  const [, groupName = String(account.gid)] = account.groups.find(([gid]) => gid === account.gid) ?? []
  if (letters.has('u')) return named ? account.name : String(account.uid)
  if (letters.has('g')) return named ? groupName : String(account.gid)
  if (letters.has('G')) return account.groups.map(([gid, name]) => (named ? name : gid)).join(' ')
  const groups = account.groups.map(([gid, name]) => `${gid}(${name})`).join(',')
  return `uid=${account.uid}(${account.name}) gid=${account.gid}(${groupName}) groups=${groups}`
}

function* main(process: Process): KernelThread<number> {
  const parsed = yield* parseOptions(process, 'Ggnru', USAGE)
  if (parsed === null) return 1
  const name = parsed.operands[0]
  const account = name === undefined
    ? accountByUid(process.uid) : (userland().accounts.find((one) => one.name === name) ?? null)
  if (account === null) {
    yield* warn(process, `${name ?? process.uid}: no such user`)
    return 1
  }
  yield* process.stdout.write(text(account, new Set(parsed.options.map(({ option }) => option))) + '\n')
  return 0
}

/** `id`: who the user is. */
export const id = defineCommand({
  name: 'id',
  path: '/usr/bin/id',
  summary: 'return user identity',
  main,
  man: {
    section: 1,
    synopsis: ['id [user]', 'id -G | -g | -u [-n] [user]'],
    description: ['Writes the user and group of the process, or of a user.'],
    options: [
      ['-u', 'the user alone'], ['-g', 'the group alone'], ['-G', 'all groups'],
      ['-n', 'names in place of numbers'],
    ],
    seeAlso: ['whoami(1)'],
  },
})
