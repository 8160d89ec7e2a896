import { createPinia } from 'pinia'
import { createApp } from 'vue'
import type { App } from 'vue'
import '../design/fonts.css'
import '../design/tokens.css'
import '../design/base.css'
import '../design/shell.css'
import { useActionsStore } from '../actions/useActions.ts'
import { bridgeKey, HostClient, KernelClient } from '../bridge/index.ts'
import type { WireOpeners } from '../bridge/index.ts'
import AppShell from '../shell/AppShell.vue'
import { useConnectionStore } from '../stores/connection.ts'
import { useLogStore } from '../stores/log.ts'
import { usePerformanceStore } from '../stores/performance.ts'

/** Builds the window's application over two wires and connects. The stores listen before the first message comes. */
export function createWorkbench(openers: WireOpeners): App {
  const bridge = { kernel: new KernelClient(openers.kernel), host: new HostClient(openers.host) }
  const app = createApp(AppShell)
  app.provide(bridgeKey, bridge)
  app.use(createPinia())
  app.runWithContext(() => {
    useConnectionStore()
    useLogStore()
    usePerformanceStore()
    const actions = useActionsStore()
    window.workbenchHost?.onMenuAction((id) => actions.run(id))
  })
  bridge.kernel.connect()
  bridge.host.connect()
  return app
}
