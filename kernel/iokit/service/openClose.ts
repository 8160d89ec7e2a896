import {
  kIOMessageServiceIsAttemptingOpen, kIOMessageServiceIsRequestingClose, kIOMessageServiceWasClosed, kIOReturnSuccess,
  kIOServiceInactiveState, kIOServiceSeize, kIOServiceTermPhase3State,
} from '../../abi/index.ts'
import type { KernelThread } from '../../sim/index.ts'
import { lockForArbitration, tryLockForArbitration, unlockForArbitration } from './arbitration.ts'
import { callHook } from './driverFrames.ts'
import { runApart } from './interest.ts'
import type { IOService } from './IOService.ts'
import { messageClients, messageClientsNow } from './messages.ts'

function isInactive(service: IOService): boolean {
  return (service.internals.state0 & kIOServiceInactiveState) !== 0
}

/**
 * Opens a service for a client, without blocking. False: inactive, owned by another, or locked.
 * @xnu iokit/Kernel/IOService.cpp open — simplified: a lock that another thread holds makes it fail, and an
 * owner whose message handler blocks is not waited for (see `openWaiting`)
 */
export function open(service: IOService, forClient: IOService, options: number, argument: unknown): boolean {
  messageClientsNow(service, kIOMessageServiceIsAttemptingOpen, options, forClient)
  if (!tryLockForArbitration(service)) return false
  const isOpen = !isInactive(service) && service.handleOpen(forClient, options, argument)
  unlockForArbitration(service)
  return isOpen
}

/**
 * Opens a service for a client; locks, messages and a seized owner's answer are waited for. False: inactive,
 * owned by another, or the lock would have closed a circle. Thread context.
 * @xnu iokit/Kernel/IOService.cpp open — faithful
 */
export function* openWaiting(
  service: IOService, forClient: IOService, options: number, argument: unknown,
): KernelThread<boolean> {
  const message = { type: kIOMessageServiceIsAttemptingOpen, argument: options, sizeBytes: 0 }
  yield* messageClients(service, message, forClient)
  if (!(yield* lockForArbitration(service, false))) return false
  const { owner } = service.internals
  const seized = (options & kIOServiceSeize) === 0 ? null : owner
  const isOpen = !isInactive(service) && (seized === null || (yield* agrees(service, seized, options)))
    && service.handleOpen(forClient, seized === null ? options : options & ~kIOServiceSeize, argument)
  unlockForArbitration(service)
  return isOpen
}

/** Asks an owner that is to be seized to close. False when it refuses. */
function* agrees(service: IOService, owner: IOService, options: number): KernelThread<boolean> {
  const answer = yield* service.messageClient(kIOMessageServiceIsRequestingClose, owner, options)
  return answer === kIOReturnSuccess
}

/**
 * The default of the hook: one owner at a time. kIOServiceSeize asks the owner to close, and succeeds when it
 * answers success and has closed. Under the arbitration lock.
 * @xnu iokit/Kernel/IOService.cpp handleOpen — faithful
 */
export function handleOpen(service: IOService, forClient: IOService, options: number): boolean {
  const { internals } = service
  const { owner } = internals
  if (owner !== null) {
    if ((options & kIOServiceSeize) === 0) return false
    const answer = callHook(owner, 'message',
      () => runApart(owner.message(kIOMessageServiceIsRequestingClose, service, options)))
    if (answer !== kIOReturnSuccess || internals.owner !== null) return false
  }
  internals.owner = forClient
  return true
}

/**
 * Closes a service that the client has open; in phase 3 of its termination the client is stopped next, else
 * the others hear of it. Nothing happens when the client has not opened it. Any context.
 * @xnu iokit/Kernel/IOService.cpp close — simplified: message handlers that block run apart, the arbitration
 * lock is not waited for (see `closeWaiting`)
 */
export function close(service: IOService, forClient: IOService, options: number): void {
  if (!service.handleIsOpen(forClient)) return
  service.handleClose(forClient, options)
  const isLast = (service.internals.state1 & kIOServiceTermPhase3State) !== 0
  if (isLast) forClient.scheduleStop(service)
  else messageClientsNow(service, kIOMessageServiceWasClosed, options, forClient)
}

/**
 * `close` in thread context: waits for the arbitration lock and for what the others do when they hear of it.
 * @xnu iokit/Kernel/IOService.cpp close — faithful
 */
export function* closeWaiting(service: IOService, forClient: IOService, options: number): KernelThread {
  yield* lockForArbitration(service)
  const wasOpen = service.handleIsOpen(forClient)
  if (wasOpen) service.handleClose(forClient, options)
  const isLast = wasOpen && (service.internals.state1 & kIOServiceTermPhase3State) !== 0
  unlockForArbitration(service)
  const message = { type: kIOMessageServiceWasClosed, argument: options, sizeBytes: 0 }
  if (isLast) forClient.scheduleStop(service)
  else if (wasOpen) yield* messageClients(service, message, forClient)
}

/**
 * `isOpen` in thread context: waits for the arbitration lock, so that an open under way counts.
 * @xnu iokit/Kernel/IOService.cpp isOpen — faithful
 */
export function* isOpenWaiting(service: IOService, forClient: IOService | null): KernelThread<boolean> {
  yield* lockForArbitration(service)
  const isOpen = service.handleIsOpen(forClient)
  unlockForArbitration(service)
  return isOpen
}
