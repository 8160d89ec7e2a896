import { ipcMain, MessageChannelMain, type BrowserWindow, type MessagePortMain, type WebContents } from 'electron'
import { LooseWire, type Wire } from '../kernelHost/Wire.ts'

export interface ChannelReceivers {
  /** Takes one end of a fresh channel to the kernel process; false when there is no such process now. */
  readonly kernel: (port: MessagePortMain) => boolean
  readonly host: (wire: Wire) => void
}

/** The two channels of a window. Only the main frame of one of our own windows is heard. */
export function openWindowChannels(windows: () => readonly BrowserWindow[], receivers: ChannelReceivers): void {
  const hostWires = new Map<WebContents, LooseWire>()
  const senderOf = (event: { senderFrame: unknown }): WebContents | null =>
    windows().find(({ webContents }) => webContents.mainFrame === event.senderFrame)?.webContents ?? null

  ipcMain.on('workbench:want-kernel', (event) => {
    const contents = senderOf(event)
    if (contents === null) return
    const channel = new MessageChannelMain()
    if (receivers.kernel(channel.port1)) contents.postMessage('workbench:kernel-port', null, [channel.port2])
  })

  ipcMain.on('workbench:host', (event, message: unknown) => {
    const contents = senderOf(event)
    if (contents === null) return
    let wire = hostWires.get(contents)
    if (wire === undefined) {
      wire = new LooseWire((answer) => {
        if (!contents.isDestroyed()) contents.send('workbench:host', answer)
      })
      hostWires.set(contents, wire)
      contents.once('destroyed', () => {
        hostWires.get(contents)?.ended()
        hostWires.delete(contents)
      })
      receivers.host(wire)
    }
    wire.receive(message)
  })
}
