import { createBirpc } from 'birpc'
import { createPinia, setActivePinia } from 'pinia'
import { createApp } from 'vue'
import type { App } from 'vue'
import type {
  HostFunctions, HostNotifications, KernelFunctions, KernelNotifications,
} from '../../kernel/api/index.ts'
import { bridgeKey, HostClient, KernelClient } from '../bridge/index.ts'
import { memoryWire } from './memoryWire.ts'

export interface TestWorkbench {
  readonly app: App
  /** Says something as the kernel process would. */
  tell<Name extends keyof KernelNotifications>(name: Name, ...args: Parameters<KernelNotifications[Name]>): Promise<void>
  /** Says something as the host would. */
  tellHost<Name extends keyof HostNotifications>(name: Name, ...args: Parameters<HostNotifications[Name]>): Promise<void>
}

/** An application without a window: stores work, the far sides are the given functions. */
export function testWorkbench(kernel: Partial<KernelFunctions>, host: Partial<HostFunctions> = {}): TestWorkbench {
  const [kernelWire, hostWire] = [memoryWire(), memoryWire()]
  const far = createBirpc<KernelNotifications, Partial<KernelFunctions>>(kernel, {
    post: (message) => kernelWire.far.post(message), on: (listener) => kernelWire.far.onMessage(listener),
  })
  const farHost = createBirpc<HostNotifications, Partial<HostFunctions>>(host, { post: (message) => hostWire.far.post(message), on: (listener) => hostWire.far.onMessage(listener) })
  const bridge = {
    kernel: new KernelClient(() => Promise.resolve(kernelWire.near)), host: new HostClient(() => Promise.resolve(hostWire.near)), upload: null,
  }
  const app = createApp({ render: () => null })
  const pinia = createPinia()
  app.provide(bridgeKey, bridge)
  app.use(pinia)
  setActivePinia(pinia)
  bridge.kernel.connect()
  bridge.host.connect()
  return {
    app, tell: (name, ...args) => far.$callEvent(name, ...args),
    tellHost: (name, ...args) => farHost.$callEvent(name, ...args),
  }
}
