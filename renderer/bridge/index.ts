/** How the page reaches the kernel and its host, over a port or a socket. */
export { bridgeKey, useBridge } from './bridge.ts'
export type { Bridge } from './bridge.ts'
export { HostClient, KernelClient } from './clients.ts'
export type { WireOpeners } from './clients.ts'
export { electronHostOpener, electronKernelOpener } from './electronWire.ts'
export type { ConnectionState } from './RemoteClient.ts'
export { webSocketOpener } from './webSocketWire.ts'
export type { Wire, WireOpener } from './Wire.ts'
