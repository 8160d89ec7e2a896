import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { makeFakeElectron } from '../test/support/fakeElectron.ts'

const folder = mkdtempSync(join(tmpdir(), 'workbench-electron-'))
const { log, module, ipcMain } = makeFakeElectron(folder)
vi.mock('electron', () => module)

beforeAll(async () => {
  await import('./index.ts')
})
afterAll(() => {
  (module.app as { emit(name: string): void }).emit('will-quit')
  rmSync(folder, { recursive: true, force: true })
})

describe('the Electron shell', () => {
  it('opens one sandboxed, isolated window without Node, from our own scheme', () => {
    expect(log.sandboxed).toEqual([true])
    expect(log.windows.length).toBe(1)
    const { options, url } = log.windows[0]!
    expect(options.webPreferences).toMatchObject({ sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false })
    expect(url).toBe('workbench://app/')
  })

  it('refuses every permission, navigation and window, and lets only allowed links out', () => {
    expect(log.permissionAnswers.request!()).toBe(false)
    expect(log.permissionAnswers.check!()).toBe(false)
    const { webContents } = log.windows[0]!
    const navigation = { prevented: false, preventDefault(): void { this.prevented = true } }
    webContents.emit('will-navigate', navigation)
    expect(navigation.prevented).toBe(true)
    expect(webContents.openHandler!({ url: 'https://evil.example/' })).toEqual({ action: 'deny' })
    expect(webContents.openHandler!({ url: 'https://github.com/x' })).toEqual({ action: 'deny' })
    expect(log.opened).toEqual(['https://github.com/x'])
  })

  it('serves only the renderer’s folder under its scheme, with the content policy', async () => {
    const { handler } = log.schemes.find((one) => typeof (one as { handler?: unknown }).handler === 'function') as { handler: (request: { url: string }) => Promise<Response> }
    const outside = await handler({ url: 'workbench://app/../../package.json' })
    expect(outside.status).toBe(404)
    expect(outside.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect((await handler({ url: 'workbench://other/' })).status).toBe(404)
  })

  it('starts the kernel process with an empty environment and a name of its own', () => {
    expect(log.forked.length).toBe(1)
    expect(log.forked[0]!.options).toMatchObject({ env: {}, serviceName: 'I/O Kit Workbench Kernel', stdio: 'pipe' })
  })

  it('hands a kernel port to the main frame of its own window, and to nobody else', () => {
    const { webContents } = log.windows[0]!
    ipcMain.emit('workbench:want-kernel', { senderFrame: { name: 'a frame inside' } })
    expect(webContents.sent).toEqual([])
    ipcMain.emit('workbench:want-kernel', { senderFrame: webContents.mainFrame })
    expect(webContents.sent.map(({ channel, ports }) => [channel, ports.length])).toEqual([['workbench:kernel-port', 1]])
    expect(log.forked[0]!.child.posted.at(-1)!.ports.length).toBe(1)
  })

  it('answers host calls of the main frame', async () => {
    const { webContents } = log.windows[0]!
    ipcMain.emit('workbench:host', { senderFrame: webContents.mainFrame }, { t: 'q', i: '1', m: 'hostInfo', a: [] })
    await vi.waitFor(() => expect(webContents.sent.at(-1)).toMatchObject({ channel: 'workbench:host', message: { i: '1', r: { shell: 'electron' } } }))
    ipcMain.emit('workbench:host', { senderFrame: { name: 'other' } }, { t: 'q', i: '2', m: 'hostInfo', a: [] })
    ipcMain.emit('workbench:host', { senderFrame: webContents.mainFrame }, { t: 'q', i: '3', m: 'constructor', a: [] })
    await vi.waitFor(() => expect(webContents.sent.at(-1)!.message).toMatchObject({ i: '3', e: expect.anything() as unknown }))
    expect(webContents.sent.some(({ message }) => (message as { i?: string } | null)?.i === '2')).toBe(false)
  })

  it('builds the menu bar in macOS order', () => {
    expect(log.menu!.map(({ label }) => label)).toEqual(['Workbench', 'File', 'Edit', 'View', 'Machine', 'Window', 'Help'])
  })
})
