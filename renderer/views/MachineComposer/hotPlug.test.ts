import { expect, it } from 'vitest'
import type { DeviceDescription, MachineDescription } from '../../../kernel/api/index.ts'
import { hotPlugMove, placeRefusals, subtree } from './hotPlug.ts'

const device = (id: string, parent?: string, options: DeviceDescription['options'] = {}): DeviceDescription =>
  ({ id, part: 'x', options, ...parent === undefined ? {} : { parent } })
const machine = (...devices: DeviceDescription[]): MachineDescription => ({ devices } as unknown as MachineDescription)

const drive = [device('drive', 'port'), device('disk', 'drive')]
const running = machine(device('root'), device('port', 'root', { hotPlug: true }), device('fixed', 'root'))
const desk = machine(...running.devices, ...drive)

it('plugs into free hot-plug ports and pulls what sits in one, and nothing else', () => {
  const full = machine(...running.devices, ...drive)
  expect([
    hotPlugMove(running, drive[0]!), hotPlugMove(running, drive[1]!), hotPlugMove(running, running.devices[2]!),
    hotPlugMove(full, drive[0]!), hotPlugMove(full, device('second', 'port')),
  ]).toEqual(['plugIn', null, null, 'pullOut', null])
  expect(subtree(desk.devices, 'drive').map(({ id }) => id)).toEqual(['drive', 'disk'])
})

it('shows the reasons of a refusal at the devices of the desk, however the machine counted', () => {
  const refused = ['devices[0].parent', 'devices[4].options.size', 'id'].map((where) => ({ where, message: 'No.' }))
  expect(placeRefusals(refused, drive, running, desk).map(({ where }) => where)).toEqual([
    'devices[3].parent', 'devices[4].options.size', 'id',
  ])
})
