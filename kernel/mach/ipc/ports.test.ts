import { describe, expect, test } from 'vitest'
import { MachStory } from '../../../test/support/machStory.ts'
import type { Task } from '../Task.ts'
import {
  mach_msg_receive, mach_port_allocate, mach_port_allocate_name, mach_port_construct, mach_port_deallocate,
  mach_port_destroy, mach_port_destruct, mach_port_get_refs, mach_port_get_status, mach_port_guard_with_flags,
  mach_port_insert_right, mach_port_mod_refs, mach_port_request_notification, mach_port_type,
  mach_port_unguard,
  MACH_MSG_TYPE_MAKE_SEND, MACH_NOTIFY_DEAD_NAME, MACH_NOTIFY_NO_SENDERS, MACH_NOTIFY_PORT_DELETED,
  MACH_NOTIFY_PORT_DESTROYED, MACH_NOTIFY_SEND_ONCE, MACH_PORT_DEAD, MACH_PORT_RIGHT_DEAD_NAME,
  MACH_PORT_RIGHT_PORT_SET, MACH_PORT_RIGHT_RECEIVE, MACH_PORT_RIGHT_SEND, MACH_PORT_RIGHT_SEND_ONCE,
  MACH_PORT_TYPE_DEAD_NAME, MACH_PORT_TYPE_DNREQUEST, MACH_PORT_TYPE_RECEIVE, MACH_PORT_TYPE_SEND, MPG_STRICT,
  MPO_CONTEXT_AS_GUARD, MPO_INSERT_SEND_RIGHT, MPO_QLIMIT,
} from '../user.ts'

const SUCCESS = 0
const INVALID_NAME = 15
const INVALID_RIGHT = 17
const INVALID_VALUE = 18
const NAME_EXISTS = 13
const RIGHT_EXISTS = 21

/** Ids and first words of all messages that a name holds, in order. */
function drain(story: MachStory, task: Task, name: number): [number, unknown][] {
  const got: [number, unknown][] = []
  story.thread(function* () {
    for (;;) {
      const { message } = yield* mach_msg_receive(task, name, 0)
      if (message === null) return
      got.push([message.id, message.body[0]])
    }
  })
  return got
}

describe('user references', () => {
  test('a name counts its references up to 65535 and then stays there', () => {
    const story = new MachStory()
    const owner = story.task('owner')
    const user = story.task('user')
    const port = story.receive(owner)
    const name = story.sendRight(owner, port, user)
    const refs = (): number => story.do(() => mach_port_get_refs(user, name, MACH_PORT_RIGHT_SEND).refs)
    const change =
      (delta: number): number => story.do(() => mach_port_mod_refs(user, name, MACH_PORT_RIGHT_SEND, delta))
    expect(story.sendRight(owner, port, user)).toBe(name)
    expect(refs()).toBe(2)
    expect([change(-3), refs()]).toEqual([INVALID_VALUE, 2])
    expect([change(0x10000), refs()]).toEqual([INVALID_VALUE, 2])
    expect([change(0xffff), refs()]).toEqual([SUCCESS, 0xffff])
    expect([change(-5), story.do(() => mach_port_deallocate(user, name)), refs()]).toEqual([SUCCESS, SUCCESS,
      0xffff])
    expect([change(-0xffff), refs()]).toEqual([SUCCESS, 0])
    expect(story.do(() => mach_port_deallocate(user, name))).toBe(INVALID_NAME)
  })

  test('null and dead names are nobody\'s and let themselves be given up', () => {
    const story = new MachStory()
    const task = story.task('task')
    expect(story.do(() => [
      mach_port_deallocate(task, 0), mach_port_deallocate(task, MACH_PORT_DEAD), mach_port_destroy(task, 0),
      mach_port_type(task, MACH_PORT_DEAD), mach_port_get_refs(task, 0, MACH_PORT_RIGHT_SEND),
      mach_port_get_refs(task, 0, MACH_PORT_RIGHT_RECEIVE),
      mach_port_mod_refs(task, 0, MACH_PORT_RIGHT_SEND_ONCE, 1),
      mach_port_mod_refs(task, 0, MACH_PORT_RIGHT_DEAD_NAME, 1), mach_port_mod_refs(task, 0x103, 6, 1),
      mach_port_allocate(task, 5).result,
    ])).toEqual([
      SUCCESS, SUCCESS, SUCCESS, { result: SUCCESS, type: MACH_PORT_TYPE_DEAD_NAME },
      { result: SUCCESS, refs: 1 },
      { result: INVALID_NAME, refs: 0 }, SUCCESS, INVALID_NAME, INVALID_VALUE, INVALID_VALUE,
    ])
  })

  test('receive rights and sets take only -1; a set goes away by deallocation, a receive right does not',
    () => {
    const story = new MachStory()
    const task = story.task('task')
    const port = story.receive(task)
    const set = story.do(() => mach_port_allocate(task, MACH_PORT_RIGHT_PORT_SET).name)
    expect(story.do(() => [
      mach_port_mod_refs(task, port, MACH_PORT_RIGHT_RECEIVE, 1),
      mach_port_mod_refs(task, port, MACH_PORT_RIGHT_RECEIVE, 0),
      mach_port_deallocate(task, port), mach_port_mod_refs(task, set, MACH_PORT_RIGHT_PORT_SET, -2),
      mach_port_mod_refs(task, set, MACH_PORT_RIGHT_SEND, -1), mach_port_deallocate(task, set),
      mach_port_deallocate(task, set), mach_port_mod_refs(task, port, MACH_PORT_RIGHT_RECEIVE, -1),
      mach_port_type(task, port).result,
    ])).toEqual([INVALID_VALUE, SUCCESS, INVALID_RIGHT, INVALID_VALUE, INVALID_RIGHT, SUCCESS, INVALID_NAME,
      SUCCESS, INVALID_NAME])
  })
})

describe('names', () => {
  test('the last freed name comes back first, with its next generation', () => {
    const story = new MachStory()
    const task = story.task('task')
    const [first, second] = [story.receive(task), story.receive(task)]
    story.do(() => [mach_port_destroy(task, first), mach_port_destroy(task, second)])
    expect([first, second, story.receive(task), story.receive(task)]).toEqual([0x203, 0x303, 0x307, 0x207])
  })

  test('a task may choose a name, once', () => {
    const story = new MachStory()
    const task = story.task('task')
    expect(story.do(() => [
      mach_port_allocate_name(task, MACH_PORT_RIGHT_RECEIVE, 0xa03),
      mach_port_allocate_name(task, MACH_PORT_RIGHT_RECEIVE, 0xa03),
      mach_port_allocate_name(task, MACH_PORT_RIGHT_RECEIVE, 0),
      mach_port_type(task, 0xa03).type, mach_port_allocate(task, MACH_PORT_RIGHT_RECEIVE).name,
    ])).toEqual([SUCCESS, NAME_EXISTS, INVALID_VALUE, MACH_PORT_TYPE_RECEIVE, 0x203])
  })

  test('a port has one name for send and receive, and no other', () => {
    const story = new MachStory()
    const task = story.task('task')
    const port = story.receive(task)
    const other = story.receive(task)
    expect(story.do(() => [
      mach_port_insert_right(task, port, MACH_MSG_TYPE_MAKE_SEND), mach_port_type(task, port).type,
      mach_port_insert_right(task, other, MACH_MSG_TYPE_MAKE_SEND, port),
      mach_port_insert_right(task, 0x5503, MACH_MSG_TYPE_MAKE_SEND, port),
      mach_port_insert_right(task, 0, MACH_MSG_TYPE_MAKE_SEND, port),
      mach_port_get_status(task, port).status?.makeSendCount,
    ])).toEqual([SUCCESS, MACH_PORT_TYPE_RECEIVE | MACH_PORT_TYPE_SEND, RIGHT_EXISTS, RIGHT_EXISTS,
      INVALID_VALUE, 3])
  })
})

describe('dead names', () => {
  test('a name whose port dies becomes dead and keeps its references; a request adds one', () => {
    const story = new MachStory()
    const owner = story.task('owner')
    const user = story.task('user')
    const port = story.receive(owner)
    const [plain, listener] = [story.sendRight(owner, port, user), story.receive(user)]
    story.sendRight(owner, port, user)
    const asked = story.do(() => mach_port_request_notification(user, {
      name: plain, id: MACH_NOTIFY_DEAD_NAME, sync: 0, notify: listener,
    }))
    expect(asked).toEqual({ result: SUCCESS, previous: 0 })
    expect(story.do(() => mach_port_type(user,
      plain).type)).toBe((MACH_PORT_TYPE_SEND | MACH_PORT_TYPE_DNREQUEST) >>> 0)
    story.do(() => mach_port_destroy(owner, port))
    expect(story.do(() => [
      mach_port_type(user, plain).type, mach_port_get_refs(user, plain, MACH_PORT_RIGHT_DEAD_NAME).refs,
    ])).toEqual([MACH_PORT_TYPE_DEAD_NAME, 3])
    expect(drain(story, user, listener)).toEqual([[MACH_NOTIFY_DEAD_NAME, plain]])
  })

  test('a name that goes away while it is watched tells so, and a second request gives the first one back',
    () => {
    const story = new MachStory()
    const owner = story.task('owner')
    const user = story.task('user')
    const name = story.sendRight(owner, story.receive(owner), user)
    const listener = story.receive(user)
    const ask = (notify: number): { result: number; previous: number } => story.do(() => {
      return mach_port_request_notification(user, { name, id: MACH_NOTIFY_DEAD_NAME, sync: 0, notify })
    })
    ask(listener)
    const { previous } = ask(listener)
    expect(previous).not.toBe(0)
    story.do(() => mach_port_deallocate(user, previous))
    story.do(() => mach_port_deallocate(user, name))
    expect(drain(story, user, listener)).toEqual([[MACH_NOTIFY_SEND_ONCE, 0],
      [MACH_NOTIFY_PORT_DELETED, name]])
  })
})

describe('no more senders', () => {
  test('tells when the last send right goes, with the make-send count; at once when there is none', () => {
    const story = new MachStory()
    const owner = story.task('owner')
    const user = story.task('user')
    const [port, listener] = [story.receive(owner), story.receive(owner)]
    const ask = (sync: number): number => story.do(() => mach_port_request_notification(owner, {
      name: port, id: MACH_NOTIFY_NO_SENDERS, sync, notify: listener,
    }).result)
    expect([ask(1), drain(story, owner, listener)]).toEqual([SUCCESS, []])
    const name = story.sendRight(owner, port, user)
    story.sendRight(owner, port, user)
    story.do(() => mach_port_deallocate(user, name))
    expect(drain(story, owner, listener)).toEqual([])
    story.do(() => mach_port_deallocate(user, name))
    expect(drain(story, owner, listener)).toEqual([[MACH_NOTIFY_NO_SENDERS, 2]])
    expect([ask(2), drain(story, owner, listener)]).toEqual([SUCCESS, [[MACH_NOTIFY_NO_SENDERS, 2]]])
    expect([ask(3), drain(story, owner, listener)]).toEqual([SUCCESS, []])
  })

  test('the end of a task gives its rights up: lowest name first', () => {
    const story = new MachStory()
    const owner = story.task('owner')
    const user = story.task('user')
    const listener = story.receive(owner)
    const ports = [story.receive(owner), story.receive(owner)]
    for (const name of ports) {
      story.do(() => mach_port_request_notification(owner,
        { name, id: MACH_NOTIFY_NO_SENDERS, sync: 1, notify: listener }))
      story.sendRight(owner, name, user)
    }
    story.sendOnceRight(owner, listener, user)
    story.end(user)
    expect(drain(story, owner, listener)).toEqual([
      [MACH_NOTIFY_NO_SENDERS, 1], [MACH_NOTIFY_NO_SENDERS, 1], [MACH_NOTIFY_SEND_ONCE, 0],
    ])
  })
})

test('a receive right that would be destroyed goes to whoever asked for it, once', () => {
  const story = new MachStory()
  const owner = story.task('owner')
  const user = story.task('user')
  const [port, listener] = [story.receive(owner), story.receive(owner)]
  const name = story.sendRight(owner, port, user)
  const ask = (): number => story.do(() => mach_port_request_notification(owner, {
    name: port, id: MACH_NOTIFY_PORT_DESTROYED, sync: 0, notify: listener,
  }).result)
  expect([ask(), ask()]).toEqual([SUCCESS, 5])
  expect(drain(story, owner, listener)).toEqual([[MACH_NOTIFY_SEND_ONCE, 0]])
  story.do(() => mach_port_destroy(owner, port))
  const [[id, back]] = drain(story, owner, listener) as [[number, number]]
  expect(id).toBe(MACH_NOTIFY_PORT_DESTROYED)
  expect(story.do(() => mach_port_type(owner, back).type)).toBe(MACH_PORT_TYPE_RECEIVE)
  expect(story.do(() => mach_port_type(user, name).type)).toBe(MACH_PORT_TYPE_SEND)
  story.do(() => mach_port_destroy(owner, back))
  expect(story.do(() => mach_port_type(user, name).type)).toBe(MACH_PORT_TYPE_DEAD_NAME)
})

test('only who knows the guard ends a guarded port', () => {
  const story = new MachStory()
  const task = story.task('task')
  const flags = MPO_CONTEXT_AS_GUARD | MPO_QLIMIT | MPO_INSERT_SEND_RIGHT
  const { name } = story.do(() => mach_port_construct(task, { flags, queueLimit: 9 }, 7n))
  const destroy = (): number => story.do(() => mach_port_mod_refs(task, name, MACH_PORT_RIGHT_RECEIVE, -1))
  expect(story.do(() => mach_port_get_status(task, name).status)).toMatchObject({ isGuarded: true,
    queueLimit: 9 })
  expect([destroy(), story.do(() => mach_port_destroy(task, name)),
    story.do(() => mach_port_unguard(task, name, 8n))])
    .toEqual([INVALID_RIGHT, INVALID_RIGHT, 4])
  expect(story.do(() => [mach_port_unguard(task, name, 7n),
    mach_port_guard_with_flags(task, name, 5n, MPG_STRICT)]))
    .toEqual([SUCCESS, SUCCESS])
  expect(story.do(() => [mach_port_destruct(task, name, 0, 4n), mach_port_destruct(task, name, -2, 5n)]))
    .toEqual([4, INVALID_VALUE])
  expect(story.do(() => [mach_port_destruct(task, name, -1, 5n), mach_port_type(task, name).result]))
    .toEqual([SUCCESS, INVALID_NAME])
  expect(story.do(() => mach_port_construct(task, { flags: MPO_QLIMIT, queueLimit: 1025 },
    0n).result)).toBe(INVALID_VALUE)
  expect(story.do(() => mach_port_get_refs(task, name, MACH_PORT_RIGHT_SEND_ONCE).result)).toBe(INVALID_NAME)
})
