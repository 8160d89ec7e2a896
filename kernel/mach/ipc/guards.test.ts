import { describe, expect, test } from 'vitest'
import { MachStory } from '../../../test/support/machStory.ts'
import {
  kGUARD_EXC_DESTROY, kGUARD_EXC_IMMOVABLE, kGUARD_EXC_INCORRECT_GUARD, kGUARD_EXC_INVALID_ARGUMENT,
  kGUARD_EXC_INVALID_NAME, kGUARD_EXC_INVALID_RIGHT, kGUARD_EXC_INVALID_VALUE, kGUARD_EXC_RCV_INVALID_NAME,
  kGUARD_EXC_REQUIRE_REPLY_PORT_SEMANTICS, kGUARD_EXC_SEND_INVALID_REPLY, kGUARD_EXC_SET_CONTEXT,
  kGUARD_EXC_UNGUARDED, mach_msg_receive, mach_msg_send, mach_port_construct, mach_port_deallocate,
  mach_port_destroy, mach_port_destruct, mach_port_extract_right, mach_port_guard, mach_port_guard_with_flags,
  mach_port_insert_right, mach_port_mod_refs, mach_port_set_context, mach_port_swap_guard, mach_port_unguard,
  MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE, MACH_MSG_TYPE_MOVE_RECEIVE,
  MACH_PORT_RIGHT_RECEIVE, MPG_IMMOVABLE_RECEIVE, MPG_STRICT, MPO_CONNECTION_PORT, MPO_CONTEXT_AS_GUARD,
  MPO_ENFORCE_REPLY_PORT_SEMANTICS, MPO_IMMOVABLE_RECEIVE, MPO_INSERT_SEND_RIGHT, MPO_PROVISIONAL_REPLY_PORT,
  MPO_REPLY_PORT, MPO_SERVICE_PORT, MPO_TG_BLOCK_TRACKING, TASK_EXC_GUARD_MP_DELIVER, TASK_EXC_GUARD_MP_FATAL,
  TASK_EXC_GUARD_MP_ONCE, type Disposition, type Task,
} from '../user.ts'

const SUCCESS = 0
const INVALID_ARGUMENT = 4
const INVALID_NAME = 15
const INVALID_RIGHT = 17
const INVALID_VALUE = 18
const INVALID_CAPABILITY = 20
const DENIED = 53
const SEND_INVALID_REPLY = 0x10000009
const RCV_INVALID_NAME = 0x10004002
const FATAL = TASK_EXC_GUARD_MP_DELIVER | TASK_EXC_GUARD_MP_FATAL

/** What was wrong, with which name, which guard it had, and whether the task is dead of it. */
type Heard = [number, number, bigint, boolean]

/** A task whose guard exceptions are noted. */
function watched(behavior = FATAL): { story: MachStory; task: Task; heard: Heard[] } {
  const story = new MachStory()
  const task = story.task('task')
  const heard: Heard[] = []
  task.space.guards.behavior = behavior
  task.space.guards.isHardened = true
  task.space.guards.onException = ({ code, subcode, isFatal }) => {
    expect(code >> 61n).toBe(1n)
    heard.push([Number(code >> 32n & 0x1fffffffn), Number(code & 0xffffffffn), subcode, isFatal])
  }
  return { story, task, heard }
}

/** Goal: a program that mistreats a guarded port dies as on a Mac, with the codes of its crash report. */
describe('guards of ports', () => {
  test('kill who ends, changes or unguards a port without its guard', () => {
    const { story, task, heard } = watched()
    const name = story.receive(task)
    expect(story.do(() => [
      mach_port_guard_with_flags(task, name, 5n, MPG_STRICT), mach_port_guard(task, name, 6n, false),
      mach_port_destroy(task, name), mach_port_mod_refs(task, name, MACH_PORT_RIGHT_RECEIVE, -1),
      mach_port_destruct(task, name, 0, 6n), mach_port_set_context(task, name, 9n),
      mach_port_swap_guard(task, name, 5n, 6n), mach_port_unguard(task, name, 6n),
      mach_port_unguard(task, name, 5n), mach_port_unguard(task, name, 5n),
    ])).toEqual([SUCCESS, INVALID_ARGUMENT, INVALID_RIGHT, INVALID_RIGHT, INVALID_ARGUMENT, INVALID_ARGUMENT,
      INVALID_ARGUMENT, INVALID_ARGUMENT, SUCCESS, INVALID_ARGUMENT])
    expect(heard).toEqual([
      [kGUARD_EXC_INVALID_ARGUMENT, name, 5n, true], [kGUARD_EXC_DESTROY, name, 5n, true],
      [kGUARD_EXC_DESTROY, name, 5n, true], [kGUARD_EXC_DESTROY, name, 5n, true],
      [kGUARD_EXC_SET_CONTEXT, name, 5n, true], [kGUARD_EXC_SET_CONTEXT, name, 5n, true],
      [kGUARD_EXC_INCORRECT_GUARD, name, 5n, true], [kGUARD_EXC_UNGUARDED, name, 0n, true],
    ])
  })

  test('swap for who knows the former one, and hold a receive right in its task for good', () => {
    const { story, task, heard } = watched()
    const name = story.receive(task)
    expect(story.do(() => [
      mach_port_swap_guard(task, name, 0n, 1n),
      mach_port_guard_with_flags(task, name, 5n, MPG_IMMOVABLE_RECEIVE),
      mach_port_swap_guard(task, name, 4n, 6n), mach_port_swap_guard(task, name, 5n, 6n),
      mach_port_unguard(task, name, 6n),
      mach_port_extract_right(task, name, MACH_MSG_TYPE_MOVE_RECEIVE).result,
    ])).toEqual([INVALID_ARGUMENT, SUCCESS, INVALID_ARGUMENT, SUCCESS, SUCCESS, INVALID_CAPABILITY])
    expect(heard.map(([reason]) => reason))
      .toEqual([kGUARD_EXC_UNGUARDED, kGUARD_EXC_INCORRECT_GUARD, kGUARD_EXC_IMMOVABLE])
  })

  test('are asked for by name: no name, a wrong right and a wrong count have codes of their own', () => {
    const { story, task, heard } = watched()
    const [name, other] = [story.receive(task), story.receive(task)]
    story.do(() => mach_port_insert_right(task, other, MACH_MSG_TYPE_MAKE_SEND))
    expect(story.do(() => [
      mach_port_guard(task, 0, 1n, false), mach_port_guard(task, 0x999903, 1n, false),
      mach_port_deallocate(task, 0x999903), mach_port_destruct(task, name, -1, 0n),
      mach_port_destruct(task, other, 1, 0n), mach_port_destruct(task, other, -2, 0n),
      mach_port_mod_refs(task, name, MACH_PORT_RIGHT_RECEIVE, -2),
    ])).toEqual([INVALID_NAME, INVALID_NAME, INVALID_NAME, INVALID_RIGHT, INVALID_VALUE, INVALID_VALUE,
      INVALID_VALUE])
    expect(heard.map(([reason]) => reason)).toEqual([kGUARD_EXC_INVALID_NAME, kGUARD_EXC_INVALID_NAME,
      kGUARD_EXC_INVALID_RIGHT, kGUARD_EXC_INVALID_VALUE, kGUARD_EXC_INVALID_VALUE, kGUARD_EXC_INVALID_VALUE])
  })

  test('leave a program of a third party alone where nothing is guarded, and tell once if so chosen', () => {
    const quiet = watched(0)
    quiet.story.do(() => mach_port_deallocate(quiet.task, 0x999903))
    expect(quiet.heard).toEqual([])
    const once = watched(TASK_EXC_GUARD_MP_DELIVER | TASK_EXC_GUARD_MP_ONCE)
    once.story.do(() => [1, 2].map(() => mach_port_deallocate(once.task, 0x999903)))
    once.story.do(() => mach_port_unguard(once.task, once.story.receive(once.task), 1n))
    expect(once.heard.map(([reason, , , isFatal]) => [reason, isFatal]))
      .toEqual([[kGUARD_EXC_INVALID_NAME, false], [kGUARD_EXC_UNGUARDED, true]])
  })

  test('a receive on a name that never was a receive right is a mistake, on one that was it is none', () => {
    const { story, task, heard } = watched()
    const former = story.receive(task)
    const owner = story.task('owner')
    const never = story.sendRight(owner, story.receive(owner), task)
    story.do(() => mach_port_insert_right(task, former, MACH_MSG_TYPE_MAKE_SEND))
    story.do(() => mach_port_mod_refs(task, former, MACH_PORT_RIGHT_RECEIVE, -1))
    expect(story.thread(function* () {
      return [(yield* mach_msg_receive(task, former, 0)).code, (yield* mach_msg_receive(task, never, 0)).code]
    })).toEqual([RCV_INVALID_NAME, RCV_INVALID_NAME])
    expect(heard).toEqual([[kGUARD_EXC_RCV_INVALID_NAME, never, 0n, true]])
  })
})

describe('constructed ports', () => {
  test('refuse kinds that exclude each other, and those of the system', () => {
    const { story, task } = watched()
    const name = story.receive(task)
    const made = (flags: number, servicePort = 0): number =>
      story.do(() => mach_port_construct(task, { flags, servicePort }, 0n).result)
    story.do(() => mach_port_insert_right(task, name, MACH_MSG_TYPE_MAKE_SEND))
    expect([
      made(MPO_SERVICE_PORT | MPO_CONNECTION_PORT), made(MPO_REPLY_PORT | MPO_PROVISIONAL_REPLY_PORT),
      made(MPO_SERVICE_PORT), made(MPO_TG_BLOCK_TRACKING), made(MPO_CONNECTION_PORT),
      made(MPO_CONNECTION_PORT, 0x999903), made(MPO_CONNECTION_PORT, name),
    ]).toEqual([INVALID_ARGUMENT, INVALID_ARGUMENT, DENIED, DENIED, INVALID_ARGUMENT, INVALID_NAME,
      INVALID_CAPABILITY])
  })

  test('stay where they are when made so', () => {
    const { story, task } = watched()
    const flags = MPO_CONTEXT_AS_GUARD | MPO_IMMOVABLE_RECEIVE
    const { name } = story.do(() => mach_port_construct(task, { flags }, 3n))
    expect(story.do(() => mach_port_extract_right(task, name, MACH_MSG_TYPE_MOVE_RECEIVE).result))
      .toBe(INVALID_CAPABILITY)
  })

  test('for replies give one send-once right in a header and no other right', () => {
    const { story, task, heard } = watched()
    const reply = story.do(() => mach_port_construct(task, { flags: MPO_REPLY_PORT }, 0n).name)
    const target = story.do(() => mach_port_construct(task,
      { flags: MPO_ENFORCE_REPLY_PORT_SEMANTICS | MPO_INSERT_SEND_RIGHT }, 0n).name)
    const plain = story.receive(task)
    const ask = (localPort: number, localDisposition: Disposition): number =>
      story.thread(() => mach_msg_send(task, { remotePort: target, remoteDisposition: MACH_MSG_TYPE_COPY_SEND,
        localPort, localDisposition, id: 1, body: [] }, 0))
    expect([
      story.do(() => mach_port_insert_right(task, reply, MACH_MSG_TYPE_MAKE_SEND)),
      ask(reply, MACH_MSG_TYPE_MAKE_SEND), ask(plain, MACH_MSG_TYPE_MAKE_SEND_ONCE),
      ask(reply, MACH_MSG_TYPE_MAKE_SEND_ONCE),
    ]).toEqual([INVALID_CAPABILITY, SEND_INVALID_REPLY, SEND_INVALID_REPLY, SUCCESS])
    expect(heard.map(([reason, name, , isFatal]) => [reason, name, isFatal])).toEqual([
      [kGUARD_EXC_INVALID_RIGHT, reply, true], [kGUARD_EXC_SEND_INVALID_REPLY, reply, true],
      [kGUARD_EXC_REQUIRE_REPLY_PORT_SEMANTICS, plain, false], [kGUARD_EXC_SEND_INVALID_REPLY, plain, true],
    ])
  })
})
