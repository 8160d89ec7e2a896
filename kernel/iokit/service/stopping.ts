import { kIOMessageServiceIsRequestingClose, kIOServiceTermPhase3State } from '../../abi/index.ts'
import { isKernelThread, type Blocking, type KernelThread } from '../../sim/index.ts'
import { lockForArbitration, tryLockForArbitration, unlockForArbitration } from './arbitration.ts'
import { tag, traceTermination } from './debugLog.ts'
import { callBlockingHook, callHook } from './driverFrames.ts'
import type { IOService } from './IOService.ts'
import { isOpenWaiting } from './openClose.ts'

/**
 * The default of the hook: without a provider that it has open, or once it has closed it because it was asked
 * to (kIOMessageServiceIsRequestingClose, argument `options`), the client is listed for its stop. A client
 * that keeps its provider open holds all of it up until it closes. On the provider's work loop, terminate
 * thread.
 * @xnu iokit/Kernel/IOService.cpp didTerminate — faithful
 */
export function didTerminate(client: IOService, provider: IOService, options: number): Blocking<boolean> {
  if (!tryLockForArbitration(client)) return lockAndStop(client, provider, options)
  if (!provider.handleIsOpen(client)) return endStop(client, provider)
  const answer = callHook(client, 'message',
    () => client.message(kIOMessageServiceIsRequestingClose, provider, options))
  return isKernelThread(answer) ? waitAndStop(client, provider, answer) : endStop(client, provider)
}

function* lockAndStop(client: IOService, provider: IOService, options: number): KernelThread<boolean> {
  yield* lockForArbitration(client)
  if (provider.handleIsOpen(client)) {
    yield* provider.messageClient(kIOMessageServiceIsRequestingClose, client, options)
  }
  return endStop(client, provider)
}

function* waitAndStop(
  client: IOService, provider: IOService, answer: KernelThread<number>,
): KernelThread<boolean> {
  yield* callBlockingHook(client, 'message', () => answer)
  return endStop(client, provider)
}

function endStop(client: IOService, provider: IOService): boolean {
  if (!provider.handleIsOpen(client)) client.scheduleStop(provider)
  unlockForArbitration(client)
  return true
}

/**
 * The default of the hook, the last step of a service without clients: it is listed for its stop from each
 * provider that stays; its stops from providers that go are listed already. Called without having gone
 * through phase 2, it is stopped here. On its work loop, terminate thread.
 * @xnu iokit/Kernel/IOService.cpp finalize — faithful
 */
export function* finalize(service: IOService): KernelThread<boolean> {
  const providers = service.providers()
  for (const provider of providers) provider.retain()
  for (const provider of providers) {
    if ((service.internals.state1 & kIOServiceTermPhase3State) === 0) {
      traceTermination(() => `${tag(service)}::stop1(${tag(provider)})\n`)
      yield* callBlockingHook(service, 'stop', () => service.stop(provider))
      if (yield* isOpenWaiting(provider, service)) yield* provider.closeWaiting(service)
      service.detach(provider)
      continue
    }
    yield* lockForArbitration(provider)
    if ((provider.internals.state1 & kIOServiceTermPhase3State) === 0) service.scheduleStop(provider)
    unlockForArbitration(provider)
  }
  for (const provider of providers) provider.release()
  return true
}
