import {
  kIOReturnBadArgument, kIOReturnSuccess, kIOReturnUnsupported, type IOReturn,
} from '../../kernel/abi/index.ts'
import { IOService } from '../../kernel/iokit/index.ts'
import { IOBufferMemoryDescriptor } from '../../kernel/iokit/memory/index.ts'
import {
  IOUserClient, sendAsyncResult64, type IOExternalMethodArguments,
} from '../../kernel/iokit/userclient/index.ts'
import type { ClientMemory } from '../../kernel/iokit/userclient/IOUserClient.ts'
import { defineMetaClass, registerClasses } from '../../kernel/libkern/index.ts'
import { scheduler, WaitQueue, type Blocking, type KernelThread } from '../../kernel/sim/index.ts'

const BUNDLE = 'org.workbench.sim'
export const SELECTORS = { reverse: 0, sleep: 1, async: 2 } as const
export const SHARED_MEMORY = 7

/** A client whose methods answer at once, block, or complete later, and that lends a page. */
export class SimUserClient extends IOUserClient {
  static override readonly metaClass = defineMetaClass('SimUserClient', SimUserClient, IOUserClient)

  override externalMethod(selector: number, args: IOExternalMethodArguments): Blocking<IOReturn> {
    if (selector === SELECTORS.sleep) return this.sleepFor(Number(args.scalarInput[0] ?? 0n) % 5_000_000)
    if (selector === SELECTORS.async) {
      if (args.asyncReference === null) return kIOReturnBadArgument
      return sendAsyncResult64(args.asyncReference, kIOReturnSuccess, [42n])
    }
    if (selector !== SELECTORS.reverse) return kIOReturnBadArgument
    const words = args.scalarInput.toReversed()
    for (const [index, word] of words.entries()) args.scalarOutput[index] = word
    args.scalarOutputCount = Math.min(words.length, args.scalarOutputCount)
    return kIOReturnSuccess
  }

  override clientMemoryForType(type: number): Blocking<ClientMemory> {
    if (type !== SHARED_MEMORY) return { result: kIOReturnUnsupported, options: 0, memory: null }
    return { result: kIOReturnSuccess, options: 0, memory: IOBufferMemoryDescriptor.withCapacity(4096) }
  }

  override clientClose(): Blocking<IOReturn> {
    this.terminate()
    return kIOReturnSuccess
  }

  private *sleepFor(ns: number): KernelThread<IOReturn> {
    scheduler().assertWait(new WaitQueue(), scheduler().nowNs + ns)
    yield
    return kIOReturnSuccess
  }
}

/** The service that simulated programs open. */
export class SimService extends IOService {
  static override readonly metaClass = defineMetaClass('SimService', SimService, IOService)
}

/** Publishes the service below the root of the service plane; inside the machine's world. */
export function publishSimService(): void {
  const root = IOService.getServiceRoot()
  if (root === null) return
  registerClasses(BUNDLE, [SimService.metaClass, SimUserClient.metaClass])
  const service = new SimService()
  service.init()
  service.setName('SimService')
  service.setProperty('IOUserClientClass', 'SimUserClient')
  if (service.attach(root)) service.registerService()
  service.release()
}

/** Takes the service away again, whoever has it open. */
export function withdrawSimService(): void {
  const root = IOService.getServiceRoot()
  for (const client of root?.clients() ?? []) if (client instanceof SimService) client.terminate()
}
