import { describe, expect, it, vi } from 'vitest'

const exposed = new Map<string, Record<string, (...args: unknown[]) => unknown>>()
const sent: [string, unknown][] = []
const listeners = new Map<string, (event: unknown, message?: unknown) => void>()
vi.mock('electron', () => ({
  contextBridge: { exposeInMainWorld: (name: string, api: Record<string, (...args: unknown[]) => unknown>) => exposed.set(name, api) },
  ipcRenderer: {
    send: (channel: string, message: unknown) => sent.push([channel, message]),
    on: (channel: string, listener: (event: unknown, message?: unknown) => void) => listeners.set(channel, listener),
  },
}))

describe('the preload script', () => {
  it('gives the page four frozen verbs and no Electron object', async () => {
    await import('./index.ts')
    const host = exposed.get('workbenchHost')!
    expect(Object.keys(host).toSorted()).toEqual(['onMenuAction', 'onMessage', 'post', 'wantKernel'])
    expect(Object.isFrozen(host)).toBe(true)
    host.wantKernel!()
    host.post!('hello')
    expect(sent).toEqual([['workbench:want-kernel', undefined], ['workbench:host', 'hello']])
    const actions: unknown[] = []
    host.onMenuAction!((action: unknown) => actions.push(action))
    listeners.get('workbench:menu-action')!({ sender: 'secret' }, 'view.registry')
    listeners.get('workbench:menu-action')!({}, { not: 'text' })
    expect(actions).toEqual(['view.registry'])
  })
})
