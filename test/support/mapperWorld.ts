import {
  InitIOKit, initializeIOKit, IODeviceMemory, IOService, type IOMapper,
} from '../../kernel/iokit/index.ts'
import { registerClasses } from '../../kernel/libkern/index.ts'
import { scheduler, wait, type KernelThread } from '../../kernel/sim/index.ts'

/** Brings up an I/O Kit that holds one provider with one range of registers. */
export function providerAt(address: number, length: number): IOService {
  initializeIOKit({
    kernelVersion: 'Darwin', osBuild: '20A1', bootArgs: '', timeoutExtensions: 4, hasDaemon: false,
  })
  const root = new IOService()
  root.init()
  InitIOKit(root)
  const provider = new IOService()
  provider.init()
  provider.setDeviceMemory(IODeviceMemory.arrayFromList([{ address, length }]))
  provider.attach(root)
  return provider
}

/** Runs a thread to its end. */
export function finish<T>(body: () => KernelThread<T>): T {
  const result: { value?: T } = {}
  scheduler().spawn('story', (function* (): KernelThread { result.value = yield* body() })())
  scheduler().run(scheduler().nowNs + 1e9, 1_000_000)
  return result.value as T
}

/** Attaches and starts a mapper; whether it started. */
export function startMapper(mapper: IOMapper, provider: IOService): boolean {
  registerClasses('test.mappers', [mapper.getMetaClass()])
  mapper.init()
  mapper.attach(provider)
  return finish(function* () {
    return yield* wait(mapper.start(provider))
  })
}
