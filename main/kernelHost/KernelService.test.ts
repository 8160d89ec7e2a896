import { expect, it, vi } from 'vitest'
import type { HostLinkMessage } from '../../kernel/index.ts'
import { KernelService } from './KernelService.ts'
import { readTemplates } from './resources.ts'
import { LooseWire } from './Wire.ts'

it('starts the machine again after `reboot`, as a new session with the variables that were set', async () => {
  const said: HostLinkMessage[] = []
  const service = new KernelService((message) => said.push(message))
  const { wire, call } = window()
  service.attach(wire)
  const sessions = (): Extract<HostLinkMessage, { link: 'session' }>[] =>
    said.filter((message) => message.link === 'session')
  call('setSpeed', Infinity)
  call('powerOn', readTemplates().get('intel-desktop'), 5)
  await vi.waitFor(() => expect(sessions()).toHaveLength(1), 10_000)
  call('openTerminal', 80, 24)
  call('terminalInput', 1, 'sudo nvram tea=green; sudo reboot\r')
  await vi.waitFor(() => expect(sessions()).toHaveLength(2), 20_000)
  call('powerOff')
  expect(sessions()[1]).toMatchObject({ seed: 5, description: { name: 'intel-desktop', nvram: { tea: 'green' } } })
  expect(sessions()[1]!.session).not.toBe(sessions()[0]!.session)
}, 30_000)

/** A window that only calls. */
function window(): { wire: LooseWire; call: (name: string, ...args: unknown[]) => void } {
  const wire = new LooseWire(() => {})
  let id = 0
  return { wire, call: (m, ...a) => wire.receive({ t: 'q', i: String(++id), m, a }) }
}
