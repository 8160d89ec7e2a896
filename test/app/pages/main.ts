import { createBirpc } from 'birpc'
import type { HostFunctions, HostNotifications, KernelFunctions, KernelNotifications } from '../../../kernel/api/index.ts'
import { createWorkbench } from '../../../renderer/app/createWorkbench.ts'
import type { Wire } from '../../../renderer/bridge/index.ts'
import { fakeHost, fakeKernel } from '../fakeKernel/fakeServers.ts'

/** Two ends in one page; messages are cloned and come later, as over a port. */
function wirePair(): [Wire, Wire] {
  const listeners: ((message: unknown) => void)[][] = [[], []]
  const end = (mine: 0 | 1): Wire => ({
    post: (message) => {
      const copy: unknown = structuredClone(message)
      setTimeout(() => listeners[1 - mine]?.forEach((listener) => listener(copy)), 0)
    },
    onMessage: (listener) => void listeners[mine]?.push(listener),
    onClose: () => undefined,
  })
  return [end(0), end(1)]
}

function serve<Remote extends object, Local extends object>(wire: Wire, functions: Local) {
  return createBirpc<Remote, Local>(functions, { post: (message) => wire.post(message), on: (listener) => wire.onMessage(listener), timeout: -1 })
}

const query = new URLSearchParams(location.search)
const [kernelWindow, kernelSide] = wirePair()
const [hostWindow, hostSide] = wirePair()
let served: ReturnType<typeof serve<KernelNotifications, KernelFunctions>> | null = null

served = serve<KernelNotifications, KernelFunctions>(kernelSide, fakeKernel(
  { rows: query.has('rows') ? Number(query.get('rows')) : null, running: query.has('running') },
  (name, ...args) => void (served === null ? undefined : served.$callEvent(name, ...args)),
))
const host = serve<HostNotifications, HostFunctions>(hostSide, fakeHost(() => void host.$callEvent('crashReportsChanged')))

createWorkbench({ kernel: () => Promise.resolve(kernelWindow), host: () => Promise.resolve(hostWindow) }).mount('#app')
