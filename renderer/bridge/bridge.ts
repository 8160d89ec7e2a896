import { inject } from 'vue'
import type { InjectionKey } from 'vue'
import type { UploadFile } from './uploadFile.ts'
import type { HostClient, KernelClient } from './clients.ts'

/** Both far sides of the window, given to stores and views by injection. */
export interface Bridge {
  readonly kernel: KernelClient
  readonly host: HostClient
  /** How files are sent ahead; null where messages carry them as quickly. */
  readonly upload: UploadFile | null
}

export const bridgeKey: InjectionKey<Bridge> = Symbol('bridge')

/** The bridge of this application; works in components and in stores. */
export function useBridge(): Bridge {
  const bridge = inject(bridgeKey)
  if (bridge === undefined) throw new Error('No bridge was provided.')
  return bridge
}
