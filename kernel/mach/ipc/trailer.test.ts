import { describe, expect, test } from 'vitest'
import { MachStory } from '../../../test/support/machStory.ts'
import { mach_msg_send_from_kernel } from './mach_msg.ts'
import {
  mach_msg_receive, mach_msg_send, mach_port_set_context, MACH_MSG_TYPE_COPY_SEND, MACH_RCV_TRAILER_AUDIT,
  MACH_RCV_TRAILER_AV, MACH_RCV_TRAILER_CTX, MACH_RCV_TRAILER_ELEMENTS, MACH_RCV_TRAILER_NULL,
  MACH_RCV_TRAILER_SENDER, MACH_RCV_TRAILER_SEQNO, MACH_RCV_TRAILER_TYPE, type Received, type Task,
} from '../user.ts'

const RCV_TOO_LARGE = 0x10004004
const wanted = (elements: number): number => MACH_RCV_TRAILER_TYPE(0) | MACH_RCV_TRAILER_ELEMENTS(elements)

interface Two {
  readonly story: MachStory
  readonly server: Task
  readonly port: number
  send(): void
  receive(elements: number, limitBytes?: number): Received
}

function two(): Two {
  const story = new MachStory()
  const [server, client] = [story.task('server'), story.task('client', 501)]
  const port = story.receive(server)
  const name = story.sendRight(server, port, client)
  return {
    story, server, port,
    send: () => {
      story.thread(() => mach_msg_send(client,
        { remotePort: name, remoteDisposition: MACH_MSG_TYPE_COPY_SEND, id: 1, body: [7] }))
    },
    receive: (elements, limitBytes = Infinity) => story.thread(() =>
      mach_msg_receive(server, port, 0, { trailer: wanted(elements), limitBytes, keepsLarge: true })),
  }
}

/** Goal: a server learns who sent a message, as programs on a Mac do. */
describe('trailers', () => {
  test('hold what was asked for and all that is smaller, in the sizes of the headers', () => {
    const { story, server, port, send, receive } = two()
    story.do(() => mach_port_set_context(server, port, 0xc0ffeen))
    const kinds = [MACH_RCV_TRAILER_NULL, MACH_RCV_TRAILER_SEQNO, MACH_RCV_TRAILER_SENDER,
      MACH_RCV_TRAILER_AUDIT, MACH_RCV_TRAILER_CTX, MACH_RCV_TRAILER_AV]
    const trailers = kinds.map((kind) => {
      send()
      return receive(kind).message?.trailer
    })
    expect(trailers.map((trailer) => trailer?.sizeBytes)).toEqual([undefined, 12, 20, 52, 60, 68])
    expect(trailers[1]).toEqual({ type: 0, sizeBytes: 12, sequenceNumber: 1 })
    expect(trailers[5]).toEqual({
      type: 0, sizeBytes: 68, sequenceNumber: 5, sender: [501, 20],
      audit: [0xffffffff, 501, 20, 501, 20, 2, 0, 2], context: 0xc0ffeen, labels: { ad: 0, sender: 0 },
    })
  })

  test('tell the sender as it was when it sent, and the kernel as itself', () => {
    const story = new MachStory()
    const [server, client] = [story.task('server'), story.task('client', 501)]
    const port = story.receive(server)
    const name = story.sendRight(server, port, client)
    const message = { remotePort: name, remoteDisposition: MACH_MSG_TYPE_COPY_SEND, id: 1, body: [] } as const
    story.thread(() => mach_msg_send(client, message))
    client.uid = 0
    client.gid = 0
    client.auditSessionID = 100_003
    story.thread(() => mach_msg_send(client, message))
    story.do(() => mach_msg_send_from_kernel(server.space.lookup(port)!.port!, 2, []))
    const senders = Array.from({ length: 3 }, () => story.thread(() =>
      mach_msg_receive(server, port, 0, { trailer: wanted(MACH_RCV_TRAILER_AUDIT) })).message?.trailer)
    expect(senders.map((trailer) => [trailer?.sender, trailer?.audit])).toEqual([
      [[501, 20], [0xffffffff, 501, 20, 501, 20, 2, 0, 2]],
      [[0, 0], [0, 0, 0, 0, 0, 2, 100_003, 2]],
      [[0, 1], [0, 0, 0, 0, 0, 0, 0, 0]],
    ])
  })

  test('take room: a buffer that holds the message alone is too small', () => {
    const { send, receive } = two()
    send()
    expect(receive(MACH_RCV_TRAILER_AUDIT, 28 + 51))
      .toEqual({ code: RCV_TOO_LARGE, message: null, sizeBytes: 28 })
    expect(receive(MACH_RCV_TRAILER_AUDIT, 28 + 52).message?.body).toEqual([7])
    send()
    expect(receive(MACH_RCV_TRAILER_NULL, 28).code).toBe(RCV_TOO_LARGE)
    expect(receive(MACH_RCV_TRAILER_NULL, 36).message?.body).toEqual([7])
  })
})
