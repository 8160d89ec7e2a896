import type { HostFunctions, HostNotifications, KernelFunctions, KernelNotifications } from '../../kernel/api/index.ts'
import { RemoteClient } from './RemoteClient.ts'
import type { UploadFile } from './uploadFile.ts'
import type { WireOpener } from './Wire.ts'

/** The kernel process, where machines run. */
export class KernelClient extends RemoteClient<KernelFunctions, KernelNotifications> {
  constructor(open: WireOpener) {
    super(open, 'The kernel process is gone.')
  }
}

/** The host process, where files are kept. */
export class HostClient extends RemoteClient<HostFunctions, HostNotifications> {
  constructor(open: WireOpener) {
    super(open, 'The application behind this window is gone.')
  }
}

export interface WireOpeners {
  readonly kernel: WireOpener
  readonly host: WireOpener
  readonly upload?: UploadFile
}
