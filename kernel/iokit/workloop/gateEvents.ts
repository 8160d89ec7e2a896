import { kernelState, WaitQueue } from '../../sim/index.ts'

/** Sleepers by event. */
export type EventQueues = Map<unknown, WaitQueue>

const objectEvents = kernelState((): EventQueues => new Map())

/**
 * The queues in which `event` is looked up. Events are addresses: an object means the same one in every work
 * loop. Plain values have no address, so a text or number means something in its own work loop alone.
 */
export function queuesOf(event: unknown, ownQueues: EventQueues): EventQueues {
  const isAddress = (typeof event === 'object' && event !== null) || typeof event === 'function'
  return isAddress ? objectEvents() : ownQueues
}

/** The queue of `event` in `queues`, made if need be. */
export function queueFor(queues: EventQueues, event: unknown): WaitQueue {
  let queue = queues.get(event)
  if (queue === undefined) {
    queue = new WaitQueue()
    queues.set(event, queue)
  }
  return queue
}
