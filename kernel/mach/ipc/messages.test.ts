import { describe, expect, test } from 'vitest'
import { MachStory } from '../../../test/support/machStory.ts'
import { scheduler, type KernelThread } from '../../sim/index.ts'
import { mach_msg_send_from_kernel } from '../index.ts'
import type { Task } from '../Task.ts'
import {
  loadBytes, mach_msg_receive, mach_msg_send, mach_port_allocate, mach_port_deallocate, mach_port_destroy,
  mach_port_get_refs, mach_port_get_set_status, mach_port_insert_member, mach_port_insert_right,
  mach_port_move_member,
  mach_port_request_notification, mach_port_set_queue_limit, mach_port_type, mach_rpc, mach_vm_allocate,
  storeBytes,
  MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE, MACH_MSG_TYPE_MOVE_RECEIVE,
  MACH_MSG_TYPE_MOVE_SEND, MACH_MSG_TYPE_MOVE_SEND_ONCE, MACH_MSG_VIRTUAL_COPY, MACH_NOTIFY_SEND_ONCE,
  MACH_NOTIFY_SEND_POSSIBLE, MACH_PORT_RIGHT_PORT_SET, MACH_PORT_RIGHT_SEND, MACH_PORT_TYPE_DEAD_NAME,
  MACH_PORT_TYPE_RECEIVE, MACH_PORT_TYPE_SEND_ONCE, type MachMessage, type Received,
} from '../user.ts'

const SUCCESS = 0
const SEND_INVALID_DEST = 0x10000003
const SEND_TIMED_OUT = 0x10000004
const SEND_INTERRUPTED = 0x10000007
const SEND_INVALID_REPLY = 0x10000009
const SEND_INVALID_RIGHT = 0x1000000a
const SEND_INVALID_MEMORY = 0x1000000c
const SEND_INVALID_TYPE = 0x1000000f
const SEND_INVALID_HEADER = 0x10000010
const RCV_INVALID_NAME = 0x10004002
const RCV_TIMED_OUT = 0x10004003
const RCV_TOO_LARGE = 0x10004004
const RCV_INTERRUPTED = 0x10004005
const RCV_PORT_CHANGED = 0x10004006

interface Pair {
  readonly story: MachStory
  readonly server: Task
  readonly client: Task
  /** Receive right of the server. */
  readonly port: number
  /** Send right of the client. */
  readonly name: number
}

function pair(): Pair {
  const story = new MachStory()
  const server = story.task('server')
  const client = story.task('client')
  const port = story.receive(server)
  return { story, server, client, port, name: story.sendRight(server, port, client) }
}

function text(remotePort: number, body: readonly unknown[], more: Partial<MachMessage> = {}): MachMessage {
  return { remotePort, remoteDisposition: MACH_MSG_TYPE_COPY_SEND, id: 1, body, ...more }
}

function send({ story, client }: Pair, message: MachMessage, timeoutNs = 0): number {
  return story.thread(() => mach_msg_send(client, message, timeoutNs))
}

function receive({ story, server, port }: Pair, timeoutNs = 0): Received {
  return story.thread(() => mach_msg_receive(server, port, timeoutNs))
}

describe('queues', () => {
  test('a sender waits at the limit of five, times out in virtual time, and gets its rights back', () => {
    const two = pair()
    for (let i = 0; i < 5; i++) expect(send(two, text(two.name, [i]))).toBe(SUCCESS)
    expect(send(two, text(two.name, [5]))).toBe(SEND_TIMED_OUT)
    const began = two.story.do(() => scheduler().nowNs)
    let ended = 0
    const back: { message: MachMessage | null } = { message: null }
    const code = two.story.thread(function* () {
      const result = yield* mach_msg_send(two.client, text(two.name, [6]), 7_000_000, { back })
      ended = scheduler().nowNs
      return result
    })
    expect([code, ended - began >= 7_000_000, ended - began < 7_100_000]).toEqual([SEND_TIMED_OUT, true,
      true])
    expect(back.message).toMatchObject({ remotePort: two.name, remoteDisposition: MACH_MSG_TYPE_MOVE_SEND,
      body: [6] })
    expect(two.story.do(() => mach_port_get_refs(two.client, two.name, MACH_PORT_RIGHT_SEND).refs)).toBe(3)
    expect([0, 1, 2, 3, 4, 9].map(() => receive(two).message?.body[0])).toEqual([0, 1, 2, 3, 4, undefined])
  })

  test('waiting senders go on in order as places come up; a higher limit lets more of them on', () => {
    const two = pair()
    two.story.do(() => mach_port_set_queue_limit(two.server, two.port, 1))
    const done: number[] = []
    for (let i = 0; i < 5; i++) {
      two.story.spawn(`sender ${i}`, (function* (): KernelThread {
        yield* mach_msg_send(two.client, text(two.name, [i]))
        done.push(i)
      })())
    }
    two.story.run()
    expect(done).toEqual([0])
    expect([receive(two).message?.body[0], done]).toEqual([0, [0, 1]])
    two.story.do(() => mach_port_set_queue_limit(two.server, two.port, 3))
    two.story.run()
    expect(done).toEqual([0, 1, 2, 3])
    expect([0, 0, 0, 0].map(() => receive(two).message?.body[0])).toEqual([1, 2, 3, 4])
    expect(two.story.do(() => mach_port_set_queue_limit(two.server, two.port, 1025))).toBe(18)
  })

  test('send-once rights and the kernel pass the limit', () => {
    const two = pair()
    two.story.do(() => mach_port_set_queue_limit(two.server, two.port, 0))
    expect(send(two, text(two.name, [0]))).toBe(SEND_TIMED_OUT)
    const once = two.story.sendOnceRight(two.server, two.port, two.client)
    expect(send(two, text(once, ['once'], { remoteDisposition: MACH_MSG_TYPE_MOVE_SEND_ONCE }))).toBe(SUCCESS)
    const port = two.story.do(() => two.server.space.lookup(two.port)!.port!)
    expect(two.story.do(() => mach_msg_send_from_kernel(port, 9, ['kernel']))).toBe(SUCCESS)
    expect([receive(two).message?.body[0], receive(two).message?.body[0]]).toEqual(['once', 'kernel'])
    expect(two.story.do(() => mach_port_type(two.client, once).result)).toBe(15)
  })

  test('a message goes to the receiver that has waited longest, and counts up the sequence', () => {
    const two = pair()
    const got: unknown[] = []
    for (const who of ['first', 'second']) {
      two.story.spawn(who, (function* (): KernelThread {
        const { message } = yield* mach_msg_receive(two.server, two.port)
        got.push([who, message?.body[0], message?.sequenceNumber])
      })())
    }
    two.story.run()
    send(two, text(two.name, ['a']))
    send(two, text(two.name, ['b']))
    expect(got).toEqual([['first', 'a', 0], ['second', 'b', 1]])
  })

  test('receivers that give up leave the line in any place; the others are served in order', () => {
    const two = pair()
    const { server, port, story } = two
    const taken: string[] = []
    const threads = ['a', 'b', 'c', 'd', 'e'].map((mark) => story.spawn(mark, (function* (): KernelThread {
      const { code, message } = yield* mach_msg_receive(server, port)
      taken.push(`${mark} ${message === null ? code.toString(16) : String(message.body[0])}`)
    })()))
    story.run(1e6)
    for (const index of [2, 4, 0]) story.do(() => scheduler().interrupt(threads[index]!))
    story.run(1e6)
    for (const body of [1, 2, 3]) send(two, text(two.name, [body]))
    expect(taken).toEqual(['c 10004005', 'e 10004005', 'a 10004005', 'b 1', 'd 2'])
    expect(receive(two).message?.body).toEqual([3])
  })

  test('an interrupted sender and an interrupted receiver say so', () => {
    const two = pair()
    two.story.do(() => mach_port_set_queue_limit(two.server, two.port, 0))
    const codes: unknown[] = []
    const sender = two.story.spawn('sender', (function* (): KernelThread {
      codes.push(yield* mach_msg_send(two.client, text(two.name, [0])))
    })())
    const receiver = two.story.spawn('receiver', (function* (): KernelThread {
      codes.push((yield* mach_msg_receive(two.server, two.port)).code)
    })())
    two.story.run()
    two.story.do(() => [scheduler().interrupt(sender), scheduler().interrupt(receiver)])
    two.story.run()
    expect(codes).toEqual([SEND_INTERRUPTED, RCV_INTERRUPTED])
  })

  test('who listens on a port that dies hears that it changed; who waits to send is rid of its message',
    () => {
    const two = pair()
    two.story.do(() => mach_port_set_queue_limit(two.server, two.port, 0))
    const codes: unknown[] = []
    two.story.spawn('sender', (function* (): KernelThread {
      codes.push(['send', yield* mach_msg_send(two.client, text(two.name, [0]))])
    })())
    two.story.spawn('receiver', (function* (): KernelThread {
      codes.push(['receive', (yield* mach_msg_receive(two.server, two.port)).code])
    })())
    two.story.run()
    two.story.do(() => mach_port_destroy(two.server, two.port))
    two.story.run()
    expect(codes).toEqual([['receive', RCV_PORT_CHANGED], ['send', SUCCESS]])
    expect(send(two, text(two.name, [1]))).toBe(SEND_INVALID_DEST)
    expect(receive(two).code).toBe(RCV_INVALID_NAME)
    expect(two.story.do(() => mach_port_type(two.client, two.name).type)).toBe(MACH_PORT_TYPE_DEAD_NAME)
  })

  test('a receive that is too large destroys the message, or keeps it and tells its size', () => {
    const two = pair()
    const bytes = new Uint8Array(100)
    send(two, text(two.name, [bytes]))
    const take = (keepsLarge: boolean): Received => {
      return two.story.thread(() => mach_msg_receive(two.server, two.port, 0, { limitBytes: 64, keepsLarge }))
    }
    expect(take(true)).toEqual({ code: RCV_TOO_LARGE, message: null, sizeBytes: 124 })
    expect(take(false).code).toBe(RCV_TOO_LARGE)
    expect(receive(two).code).toBe(RCV_TIMED_OUT)
  })

  test('a full queue arms a send-possible request; it fires when a message is taken', () => {
    const two = pair()
    two.story.do(() => mach_port_set_queue_limit(two.server, two.port, 1))
    const listener = two.story.receive(two.client)
    two.story.do(() => mach_port_request_notification(two.client, {
      name: two.name, id: MACH_NOTIFY_SEND_POSSIBLE, sync: 0, notify: listener,
    }))
    const notify = { notify: true }
    const codes = [0, 1].map((word) => {
      return two.story.thread(() => mach_msg_send(two.client, text(two.name, [word]), 0, notify))
    })
    expect(codes).toEqual([SUCCESS, SEND_TIMED_OUT])
    receive(two)
    const heard = two.story.thread(() => mach_msg_receive(two.client, listener, 0))
    expect(heard.message).toMatchObject({ id: MACH_NOTIFY_SEND_POSSIBLE, body: [two.name] })
  })
})

describe('port sets', () => {
  test('members take turns, and a message wakes the one that listens', () => {
    const story = new MachStory()
    const task = story.task('task')
    const set = story.do(() => mach_port_allocate(task, MACH_PORT_RIGHT_PORT_SET).name)
    const ports = [story.receive(task), story.receive(task)]
    for (const port of ports) {
      story.do(() => [mach_port_insert_right(task, port, MACH_MSG_TYPE_MAKE_SEND),
        mach_port_insert_member(task, port, set)])
    }
    const order: unknown[] = []
    story.thread(function* () {
      for (const [port, word] of [[0, 'a1'], [0, 'a2'], [1, 'b1'], [1, 'b2']] as const) {
        yield* mach_msg_send(task, text(ports[port]!, [word]))
      }
      for (let i = 0; i < 5; i++) order.push((yield* mach_msg_receive(task, set, 0)).message?.body[0])
    })
    expect(order).toEqual(['a1', 'b1', 'a2', 'b2', undefined])
    expect(story.do(() => [
      mach_port_insert_member(task, ports[0]!, set), mach_port_get_set_status(task, set).members,
      mach_port_move_member(task, ports[0]!, 0), mach_port_move_member(task, ports[0]!, 0),
      mach_port_insert_member(task, ports[0]!, ports[1]!),
    ])).toEqual([11, ports, SUCCESS, 12, 17])
  })

  test('a port in two sets serves the listener of either; a set that ends tells its listener', () => {
    const two = pair()
    const sets = [0,
      1].map(() => two.story.do(() => mach_port_allocate(two.server, MACH_PORT_RIGHT_PORT_SET).name))
    for (const set of sets) two.story.do(() => mach_port_insert_member(two.server, two.port, set))
    const got: unknown[] = []
    for (const set of sets) {
      two.story.spawn('listener', (function* (): KernelThread {
        const { code, message } = yield* mach_msg_receive(two.server, set)
        got.push([code, message?.body[0], message?.localPort])
      })())
    }
    two.story.run()
    send(two, text(two.name, ['x']))
    two.story.do(() => mach_port_deallocate(two.server, sets[1]!))
    two.story.run()
    expect(got).toEqual([[SUCCESS, 'x', two.port], [RCV_PORT_CHANGED, undefined, undefined]])
  })
})

describe('headers', () => {
  test('what is wrong with a header has its own code, and nothing is taken', () => {
    const two = pair()
    const { name } = two
    const own = two.story.receive(two.client)
    const codes = [
      text(0, []), text(0xffffffff, []), text(0x9903, []), text(own, []),
      text(name, [], { remoteDisposition: MACH_MSG_TYPE_MOVE_RECEIVE }),
      text(name, [], { localPort: own }),
      text(name, [], { localPort: own, localDisposition: MACH_MSG_TYPE_MOVE_RECEIVE }),
      text(name, [], { localPort: 0x9903, localDisposition: MACH_MSG_TYPE_MAKE_SEND_ONCE }),
      text(name, [], { localPort: name, localDisposition: MACH_MSG_TYPE_MAKE_SEND_ONCE }),
      text(name, [], { localPort: name, localDisposition: MACH_MSG_TYPE_MOVE_SEND_ONCE }),
      text(name, [0x9903], { ports: [{ index: 0, disposition: MACH_MSG_TYPE_COPY_SEND }] }),
      text(name, ['no name'], { ports: [{ index: 0, disposition: MACH_MSG_TYPE_COPY_SEND }] }),
    ].map((message) => send(two, message))
    expect(codes).toEqual([
      SEND_INVALID_DEST, SEND_INVALID_DEST, SEND_INVALID_DEST, SEND_INVALID_DEST, SEND_INVALID_HEADER,
      SEND_INVALID_HEADER, SEND_INVALID_HEADER, SEND_INVALID_REPLY, SEND_INVALID_REPLY, SEND_INVALID_DEST,
      SEND_INVALID_RIGHT, SEND_INVALID_RIGHT,
    ])
    expect(two.story.do(() => mach_port_get_refs(two.client, name, MACH_PORT_RIGHT_SEND).refs)).toBe(1)
    expect(receive(two).code).toBe(RCV_TIMED_OUT)
  })

  test('a reply right reaches the receiver; given up unused it tells so', () => {
    const two = pair()
    const own = two.story.receive(two.client)
    send(two, text(two.name, ['ask'], { localPort: own, localDisposition: MACH_MSG_TYPE_MAKE_SEND_ONCE }))
    const { message } = receive(two)
    const reply = message!.remotePort
    expect(two.story.do(() => mach_port_type(two.server, reply).type)).toBe(MACH_PORT_TYPE_SEND_ONCE)
    two.story.do(() => mach_port_deallocate(two.server, reply))
    expect(two.story.thread(() => mach_msg_receive(two.client, own,
      0)).message?.id).toBe(MACH_NOTIFY_SEND_ONCE)
  })

  test('a remote procedure call waits for its answer and keeps one reply port', () => {
    const two = pair()
    two.story.spawn('server', (function* (): KernelThread {
      for (;;) {
        const { message } = yield* mach_msg_receive(two.server, two.port)
        yield* mach_msg_send(two.server, text(message!.remotePort, [0, (message!.body[0] as number) * 2], {
          remoteDisposition: MACH_MSG_TYPE_MOVE_SEND_ONCE, id: message!.id + 100,
        }))
      }
    })())
    const names = (): number => two.story.do(() => two.client.space.list().length)
    const call = (word: number): unknown => two.story.thread(() => mach_rpc(two.client, two.name, 7, [word]))
    expect(call(21)).toEqual({ transport: SUCCESS, code: 0, body: [0, 42] })
    const before = names()
    expect([call(1), names()]).toEqual([{ transport: SUCCESS, code: 0, body: [0, 2] }, before])
  })
})

describe('descriptors', () => {
  test('memory goes out of line as a copy; with deallocate it leaves the sender', () => {
    const two = pair()
    const { client, server, story } = two
    const { address } = story.do(() => mach_vm_allocate(client, 8192))
    story.do(() => storeBytes(client, address + 100, Uint8Array.of(1, 2, 3)))
    const ool = { type: 'ool', address: address + 100, sizeBytes: 5000, deallocate: false,
      copy: MACH_MSG_VIRTUAL_COPY } as const
    expect(send(two, text(two.name, [], { descriptors: [ool] }))).toBe(SUCCESS)
    story.do(() => storeBytes(client, address + 100, Uint8Array.of(9)))
    const got = receive(two).message!.descriptors![0]!
    expect(got).toMatchObject({ type: 'ool', sizeBytes: 5000 })
    const where = got.type === 'ool' ? got.address : 0
    expect([where % 4096, [...story.do(() => loadBytes(server, where, 4))!]]).toEqual([100, [1, 2, 3, 0]])
    expect(send(two,
      text(two.name, [], { descriptors: [{ ...ool, address, deallocate: true }] }))).toBe(SUCCESS)
    expect(story.do(() => loadBytes(client, address, 1))).toBe(null)
    expect(send(two, text(two.name, [], { descriptors: [ool] }))).toBe(SEND_INVALID_MEMORY)
    expect(send(two, text(two.name, [], { descriptors: [{ ...ool, copy: 7 }] }))).toBe(SEND_INVALID_TYPE)
    const region = story.do(() => mach_vm_allocate(client, 3 * 4096).address)
    const middle = { ...ool, address: region + 4096, sizeBytes: 10, deallocate: true }
    expect(send(two, text(two.name, [], { descriptors: [middle] }))).toBe(SUCCESS)
    expect([0, 4096,
      8192].map((offset) => story.do(() => loadBytes(client, region + offset, 1))?.length)).toEqual([1,
      undefined, 1])
  })

  test('memory on its way belongs to one message, also after others of its size came, failed and were lost', () => {
    const two = pair()
    const { client, server, story } = two
    const { address } = story.do(() => mach_vm_allocate(client, 4096))
    const sendAll = (to: number, value: number): number => {
      story.do(() => storeBytes(client, address, new Uint8Array(256).fill(value)))
      const ool = { type: 'ool', address, sizeBytes: 256, deallocate: false, copy: 0 } as const
      return send(two, text(to, [], { descriptors: [ool] }))
    }
    const received = (): (number | undefined)[] => {
      const got = receive(two).message!.descriptors![0]!
      const bytes = got.type === 'ool' ? story.do(() => loadBytes(server, got.address, got.sizeBytes)) : null
      return [bytes?.length, bytes?.[0], bytes?.[255]]
    }
    const lost = story.receive(server)
    expect(sendAll(story.sendRight(server, lost, client), 1)).toBe(SUCCESS)
    expect(sendAll(two.name, 2)).toBe(SUCCESS)
    story.do(() => mach_port_destroy(server, lost))
    const missing = { type: 'ool', address: 4096, sizeBytes: 256, deallocate: false, copy: 0 } as const
    expect(send(two, text(two.name, [], { descriptors: [missing] }))).toBe(SEND_INVALID_MEMORY)
    for (const value of [3, 4, 5]) expect(sendAll(two.name, value)).toBe(SUCCESS)
    expect([received(), received(), received(), received()]).toEqual([2, 3, 4, 5].map((value) => [256, value, value]))
  })

  test('an array of ports becomes an array of the receiver\'s names', () => {
    const two = pair()
    const { client, server, story } = two
    const own = story.receive(client)
    const { address } = story.do(() => mach_vm_allocate(client, 4096))
    story.do(() => storeBytes(client, address, new Uint8Array(Uint32Array.of(own, 0, 0xffffffff).buffer)))
    const ports = { type: 'ool-ports', address, count: 3, disposition: MACH_MSG_TYPE_MAKE_SEND,
      deallocate: false } as const
    expect(send(two, text(two.name, [], { descriptors: [ports] }))).toBe(SUCCESS)
    const got = receive(two).message!.descriptors![0]!
    const bytes = got.type === 'ool-ports'
      ? story.do(() => loadBytes(server, got.address, 12))!
      : new Uint8Array(12)
    const names = [...new Uint32Array(bytes.slice().buffer)]
    expect(names.slice(1)).toEqual([0, 0xffffffff])
    story.thread(() => mach_msg_send(server, text(names[0]!, ['hello'])))
    expect(story.thread(() => mach_msg_receive(client, own, 0)).message?.body).toEqual(['hello'])
  })

  test('a receive right moves with its queue; sent to itself it is gone', () => {
    const two = pair()
    const { client, server, story } = two
    const moved = story.receive(client)
    story.do(() => mach_port_insert_right(client, moved, MACH_MSG_TYPE_MAKE_SEND))
    const inside = [{ index: 0, disposition: MACH_MSG_TYPE_MOVE_RECEIVE }] as const
    story.thread(() => mach_msg_send(client, text(moved, ['before'])))
    expect(send(two, text(two.name, [moved], { ports: inside }))).toBe(SUCCESS)
    story.thread(() => mach_msg_send(client, text(moved, ['meanwhile'])))
    const name = receive(two).message!.body[0] as number
    expect(story.do(() => mach_port_type(server, name).type)).toBe(MACH_PORT_TYPE_RECEIVE)
    const queued = [0, 1].map(() => story.thread(() => mach_msg_receive(server, name, 0)).message?.body[0])
    expect(queued).toEqual(['before', 'meanwhile'])
    const self = story.receive(client)
    story.do(() => mach_port_insert_right(client, self, MACH_MSG_TYPE_MAKE_SEND))
    expect(send(two, text(self, [self], { ports: inside }))).toBe(SUCCESS)
    expect(story.do(() => mach_port_type(client, self).type)).toBe(MACH_PORT_TYPE_DEAD_NAME)
  })
})
