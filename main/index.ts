// Electron main: builds everything by hand, top to bottom.
import { join } from 'node:path'
import { app, BrowserWindow } from 'electron'
import { HostService } from './hostService.ts'
import { openWindowChannels } from './ipc/windowChannels.ts'
import { KernelHostService } from './kernelHost/KernelHostService.ts'
import { startUtilityKernel, UTILITY_WALLS, type UtilityKernelProcess } from './kernelHost/utilityKernel.ts'
import { CrashLogStore, MachineStore, openDatabase, SessionStore } from './storage/index.ts'
import { version } from './version.ts'
import { installMenu } from './windows/menu.ts'
import { declareScheme, serveScheme } from './windows/scheme.ts'
import { confine, denyPermissions } from './windows/security.ts'
import { createWindow } from './windows/WorkbenchWindow.ts'

app.enableSandbox()
declareScheme()
confine(app)

await app.whenReady()
denyPermissions()

const outFolder = join(import.meta.dirname, '..')
const databasePath = process.env.WORKBENCH_DB ?? join(app.getPath('userData'), 'workbench.db')
const database = openDatabase(databasePath)
const sessions = new SessionStore(database)
const crashes = new CrashLogStore(database)
crashes.purge()

const host = new HostService({
  info: { shell: 'electron', version, notice: null, databasePath, walls: UTILITY_WALLS },
  machines: new MachineStore(database), crashes, kernel: () => kernel,
})
const kernel: KernelHostService<UtilityKernelProcess> = new KernelHostService(
  () => startUtilityKernel(join(outFolder, 'main/kernelHostMain.js')), sessions, crashes, {
    stateChanged: (state) => host.notify((window) => void window.kernelProcessChanged.asEvent(state)),
    crashStored: () => host.notify((window) => void window.crashReportsChanged.asEvent()),
    kept: (file) => host.kept(file),
  })
kernel.launch()

serveScheme(join(outFolder, 'renderer'))
installMenu(() => BrowserWindow.getFocusedWindow())
openWindowChannels(() => BrowserWindow.getAllWindows(), {
  kernel(port) {
    kernel.process?.openPort(port)
    return kernel.process !== null
  },
  host: (wire) => host.attach(wire),
})
createWindow(outFolder)

app.on('activate', () => {
  if (BrowserWindow.getAllWindows().length === 0) createWindow(outFolder)
})
app.on('window-all-closed', () => {
  if (process.platform !== 'darwin') app.quit()
})
app.on('will-quit', () => {
  kernel.stop()
  database.close()
})
