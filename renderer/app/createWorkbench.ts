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
  const bridge = { kernel: new KernelClient(openers.kernel), host: new HostClient(openers.host), upload: openers.upload ?? null }
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
  measureScrollbar()
  bridge.kernel.connect()
  bridge.host.connect()
  return app
}

/** Width that a list keeps free for its scroll bar, so that table heads stand over their columns; 0 for overlay bars. */
function measureScrollbar(): void {
  const probe = document.createElement('div')
  probe.className = 'rows'
  probe.style.cssText = 'position:absolute;visibility:hidden;width:100px;height:100px;padding:0'
  const inner = document.createElement('div')
  probe.append(inner)
  document.body.append(probe)
  document.documentElement.style.setProperty('--scrollbar', `${100 - inner.offsetWidth}px`)
  probe.remove()
}
