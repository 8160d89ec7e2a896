import { createWorkbench } from './app/createWorkbench.ts'
import { electronHostOpener, electronKernelOpener, uploadOverHttp, webSocketOpener } from './bridge/index.ts'

const electron = window.workbenchHost
const openers = electron === undefined
  ? { kernel: webSocketOpener('kernel'), host: webSocketOpener('host'), upload: uploadOverHttp }
  : { kernel: electronKernelOpener(electron), host: electronHostOpener(electron) }

createWorkbench(openers).mount('#app')
