import { AddressSpace } from '../../kernel/hardware/index.ts'
import { installPhysicalMemory } from '../../kernel/mach/index.ts'
import {
  mach_msg_receive, mach_msg_send, mach_port_allocate, mach_port_deallocate, mach_port_extract_right,
  mach_vm_allocate, mach_vm_deallocate, storeBytes, task_create, thread_create,
  type ReceivedMessage, type Task,
} from '../../kernel/mach/user.ts'
import { Simulation, type KernelThread } from '../../kernel/sim/index.ts'
import { repeat, type Measurement, type Row } from '../Row.ts'

const ROUND_TRIPS = 50_000
const OOL_BYTES = 256
const RECEIVE_RIGHT = 1
const MOVE_SEND_ONCE = 18
const COPY_SEND = 19
const MAKE_SEND = 20
const MAKE_SEND_ONCE = 21

interface Ends {
  readonly client: Task
  readonly server: Task
  /** The service port as the server names it, and the client's right to it. */
  readonly receive: number
  readonly send: number
  readonly reply: number
  /** A port whose right travels along, and memory that does. */
  readonly carried: number
  readonly memory: number
}

function buildEnds(): Ends {
  const space = new AddressSpace('memory')
  space.addRam(0, 64 << 20)
  installPhysicalMemory({
    bus: space, free: [{ address: 0, sizeBytes: 64 << 20 }], endOfRam: 64 << 20, pageSizeBytes: 4096,
  })
  const server = task_create({ pid: 2, name: 'server' })
  const client = task_create({ pid: 3, name: 'client' })
  const receive = mach_port_allocate(server, RECEIVE_RIGHT).name
  const send = mach_port_extract_right(server, receive, MAKE_SEND, client).name
  const { address } = mach_vm_allocate(client, 4096)
  storeBytes(client, address, Uint8Array.from({ length: OOL_BYTES }, (_, i) => i))
  return {
    client, server, receive, send, memory: address, reply: mach_port_allocate(client, RECEIVE_RIGHT).name,
    carried: mach_port_allocate(client, RECEIVE_RIGHT).name,
  }
}

/** Bytes of memory in a message, which is given back; so is the right that came along. */
function consume(task: Task, message: ReceivedMessage): number {
  let bytes = 0
  for (const descriptor of message.descriptors ?? []) {
    if (descriptor.type === 'ool') {
      bytes += descriptor.sizeBytes
      mach_vm_deallocate(task, descriptor.address, 4096)
    } else if (descriptor.type === 'port') mach_port_deallocate(task, descriptor.name)
  }
  return bytes
}

function* serve({ server, receive }: Ends, taken: { bytes: number }): KernelThread {
  for (let i = 0; i < ROUND_TRIPS; i++) {
    const { message } = yield* mach_msg_receive(server, receive)
    taken.bytes += consume(server, message!)
    yield* mach_msg_send(server, {
      remotePort: message!.remotePort, remoteDisposition: MOVE_SEND_ONCE, id: message!.id + 100, body: [0, i],
    })
  }
}

function* call({ client, send, reply, carried, memory }: Ends): KernelThread {
  for (let i = 0; i < ROUND_TRIPS; i++) {
    const code = yield* mach_msg_send(client, {
      remotePort: send, remoteDisposition: COPY_SEND, localPort: reply, localDisposition: MAKE_SEND_ONCE,
      id: 500, body: [i, 7], descriptors: [
        { type: 'port', name: carried, disposition: MAKE_SEND },
        { type: 'ool', address: memory, sizeBytes: OOL_BYTES, deallocate: false, copy: 0 },
      ],
    })
    if (code !== 0) throw new Error(`the message was refused: 0x${code.toString(16)}`)
    const { message } = yield* mach_msg_receive(client, reply)
    if (message!.body[1] !== i) throw new Error('an answer is missing')
  }
}

/** Ours: two tasks, names translated both ways, memory copied in and out of their maps. */
function ours(): Measurement {
  const world = new Simulation(1)
  return world.enter(() => {
    const ends = buildEnds()
    return repeat(7, () => {
      const taken = { bytes: 0 }
      thread_create(ends.server, 'server', serve(ends, taken))
      thread_create(ends.client, 'client', call(ends))
      world.scheduler.run(Infinity, Infinity)
      return String(taken.bytes)
    })
  })
}

/** The floor: a fresh message each way, its bytes copied once, and two generators that take turns. */
function floor(): string {
  const source = Uint8Array.from({ length: OOL_BYTES }, (_, i) => i)
  const queues: { request: object | null; answer: object | null } = { request: null, answer: null }
  let bytes = 0
  function* server(): Generator<void, void, number> {
    for (let i = 0; ; i++) {
      const { descriptors } = queues.request as { descriptors: readonly { bytes?: Uint8Array }[] }
      bytes += descriptors[1]!.bytes!.length
      queues.answer = { remote: 1, id: 600, body: [0, i], ports: [] }
      yield
    }
  }
  const thread = server()
  for (let i = 0; i < ROUND_TRIPS; i++) {
    queues.request = {
      remote: 1, local: 2, id: 500, body: [i, 7],
      descriptors: [{ type: 'port', name: 3 }, { type: 'ool', bytes: source.slice() }],
    }
    thread.next(0)
    if ((queues.answer as { body: readonly number[] }).body[1] !== i) throw new Error('an answer is missing')
  }
  return String(bytes)
}

export const e9: Row = {
  id: 'E9', maxRatio: 5,
  title: `Mach message with a port right and ${OOL_BYTES} bytes out of line, and its reply`,
  ours: { name: 'mach_msg between tasks', measure: ours },
  peer: { name: 'fresh messages, one copy, generator switches', measure: () => repeat(7, floor) },
}
