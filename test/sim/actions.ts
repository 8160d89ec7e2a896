import type { DeviceDescription, MachineCommand, MachineDescription } from '../../kernel/index.ts'
import { PROGRAMS, type ProgramName } from './programs.ts'
import type { Random } from '../../kernel/sim/index.ts'

/** One thing that happens to a simulated machine. Plain data, so that a failing list can be saved and shortened. */
export type Action =
  | { readonly do: 'run'; readonly ns: number }
  | { readonly do: 'insert'; readonly port: string; readonly card: CardKind }
  | { readonly do: 'remove'; readonly port: string }
  | { readonly do: 'exec'; readonly line: string }
  | { readonly do: 'load'; readonly kext: string }
  | { readonly do: 'type'; readonly keys: string }
  /** A task of its own uses I/O Kit; `dies` closes nothing. */
  | { readonly do: 'program'; readonly name: ProgramName; readonly seed: number; readonly dies: boolean }
  /** The service that programs open goes away, or comes back. */
  | { readonly do: 'service'; readonly isThere: boolean }
  | { readonly do: 'settle' }

export type CardKind = 'ssd' | 'two disks' | 'bare function' | 'switch with ssd'

const CARDS: readonly CardKind[] = ['ssd', 'two disks', 'bare function', 'switch with ssd']
const KEXTS = ['HelloIOKit'] as const
const LINES = [
  'ioreg -l -w0 | wc -l', 'ioreg -p IODeviceTree -w0 | tail -3', 'ioreg -rc IOMedia -l', 'ioreg -a -rc IOPCIDevice | head -20',
  'kextstat | wc -l', 'system_profiler SPNVMeDataType', 'sysctl -a | grep hw.', 'dmesg | tail -2', 'nvram -p',
  'sudo kextunload -b org.workbench.sample.HelloIOKit', 'sudo kextload -b org.workbench.sample.HelloIOKit', 'less /etc/hosts',
  'ioclasscount | head -3', 'awk \'BEGIN { for (i = 0; i < 9; i++) print i }\' | sed -n 3p',
  'cat /nothing; false || echo $(uname -a)', 'sleep 1 & wait', 'yes | head -1000 | sort | uniq -c',
] as const
const KEYS = ['ioreg -l\r', '\x03', 'exit\r', 'ls /\t\t', 'echo x | cat\r', '\x1b[A\r'] as const
/** Spans from inside one bus transaction up to long idling. */
const SPANS_NS = [0, 200, 3_000, 50_000, 1_000_000, 20_000_000, 400_000_000, 3_000_000_000] as const

/** The devices that an inserted card consists of. Identifiers follow the port: one card at a time fits. */
export function cardDevices(port: string, card: CardKind): readonly DeviceDescription[] {
  const top = `card-${port}`
  const part = (id: string, kind: string, parent: string, slot: string, options = {}): DeviceDescription =>
    ({ id, part: kind, parent, slot, options })
  const disk = (id: string, parent: string, slot: string): DeviceDescription =>
    part(id, 'nvme.namespace', parent, slot, { size: 512 * 1024 * 1024, layout: slot === '1' ? 'hfs' : 'none' })
  switch (card) {
    case 'ssd': return [part(top, 'nvme.controller', port, '0'), disk(`${top}-1`, top, '1')]
    case 'two disks':
      return [part(top, 'nvme.controller', port, '0'), disk(`${top}-1`, top, '1'), disk(`${top}-2`, top, '2')]
    case 'bare function': return [part(top, 'pci.function', port, '0')]
    case 'switch with ssd':
      return [part(top, 'pci.upstream-port', port, '0'), part(`${top}-d`, 'pci.downstream-port', top, '0'),
        part(`${top}-s`, 'nvme.controller', `${top}-d`, '0'), disk(`${top}-1`, `${top}-s`, '1')]
  }
}

/** What a machine is told for an action; null for those that only let time pass. */
export function commandOf(action: Action, exec: number, bundles: ReadonlyMap<string, BundleFiles>): MachineCommand | null {
  switch (action.do) {
    case 'insert': return { kind: 'insertDevice', devices: cardDevices(action.port, action.card) }
    case 'remove': return { kind: 'removeDevice', id: `card-${action.port}` }
    case 'exec': return { kind: 'exec', exec, commandLine: action.line }
    case 'type': return { kind: 'terminalInput', terminal: 1, data: action.keys }
    case 'load': {
      const bundle = bundles.get(action.kext)
      return bundle === undefined ? null : { kind: 'loadKext', bundle }
    }
    default: return null
  }
}

export type BundleFiles = Extract<MachineCommand, { kind: 'loadKext' }>['bundle']

/** A random list of actions for a machine with these hot-plug ports. */
export function randomActions(
  random: Random, { ports, count, hasPrograms }: { ports: readonly string[]; count: number; hasPrograms: boolean },
): Action[] {
  const list: Action[] = [{ do: 'run', ns: pick(random, [100_000, 5_000_000, 12_000_000, 300_000_000]) }]
  for (let i = 0; i < count; i++) list.push(...hasPrograms && random.below(2) === 0 ? programAction(random) : randomAction(random, ports))
  list.push({ do: 'settle' })
  return list
}

function randomAction(random: Random, ports: readonly string[]): Action[] {
  const run: Action = { do: 'run', ns: pick(random, SPANS_NS) }
  const dice = random.below(20)
  if (dice < 5 && ports.length > 0) return [{ do: 'insert', port: pick(random, ports), card: pick(random, CARDS) }, run]
  if (dice < 10 && ports.length > 0) return [{ do: 'remove', port: pick(random, ports) }, run]
  if (dice < 15) return [{ do: 'exec', line: pick(random, LINES) }, run]
  if (dice < 16) return [{ do: 'load', kext: pick(random, KEXTS) }, run]
  if (dice < 18) return [{ do: 'type', keys: pick(random, KEYS) }, run]
  return dice < 19 ? [{ do: 'settle' }] : [run]
}

function programAction(random: Random): Action[] {
  const run: Action = { do: 'run', ns: pick(random, SPANS_NS) }
  if (random.below(6) === 0) return [{ do: 'service', isThere: random.below(3) > 0 }, run]
  const programs = Array.from({ length: 1 + random.below(4) }, (): Action => (
    { do: 'program', name: pick(random, PROGRAMS), seed: random.below(1 << 30), dies: random.below(3) === 0 }))
  return [...programs, run]
}

/** A machine made from a template: some leaves left out, some ports made hot-plug. */
export function randomMachine(random: Random, template: MachineDescription): MachineDescription {
  const isParent = new Set(template.devices.map(({ parent }) => parent))
  const mayGo = ({ id, part, slot }: DeviceDescription): boolean =>
    !isParent.has(id) && part === 'pci.function' && slot?.includes(',') === true
  const kept = template.devices.filter((device) => !mayGo(device) || random.below(8) > 0)
  const devices = kept.map((device) => (device.part.endsWith('root-port') && !isParent.has(device.id) && random.below(2) === 0
    ? { ...device, options: { ...device.options, hotPlug: true } } : device))
  return { ...template, devices }
}

/** Hot-plug ports with nothing below them. */
export function freePorts({ devices }: MachineDescription): string[] {
  const isParent = new Set(devices.map(({ parent }) => parent))
  return devices.filter(({ id, options }) => options['hotPlug'] === true && !isParent.has(id)).map(({ id }) => id)
}

export function pick<T>(random: Random, list: readonly T[]): T {
  return list[random.below(list.length)]!
}
