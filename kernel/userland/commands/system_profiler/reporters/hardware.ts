import type { KernelThread } from '../../../../sim/index.ts'
import { CFData } from '../../../CoreFoundation/index.ts'
import { smbiosBiosVersion } from './smbios.ts'
import { fact, type Fact, type Reporter, type ReporterContext, type Section } from './Section.ts'
import { memoryText, textOf, trimmed } from './values.ts'

/** Names of model lines by the letters before the numbers of a model identifier. */
const MODEL_NAMES: Readonly<Record<string, string>> = {
  MacBookAir: 'MacBook Air', MacBookPro: 'MacBook Pro', MacBook: 'MacBook', Macmini: 'Mac mini', iMac: 'iMac',
  iMacPro: 'iMac Pro', MacPro: 'Mac Pro', VirtualMac: 'Apple Virtual Machine 1',
}

/** `SPHardwareDataType`: one overview of the machine. */
export const hardwareReporter: Reporter = {
  dataType: 'SPHardwareDataType', title: 'Hardware', group: 'Hardware',
  *report(context): KernelThread<Section> {
    const platform = yield* context.registry.firstService('IOPlatformExpertDevice')
    if (platform === null) return { items: [] }
    const model = textOf(platform.properties, 'model') ?? ''
    const isApple = (yield* context.sysctl('hw.nperflevels')) !== null
    const facts = [
      fact('machine_name', 'Model Name', MODEL_NAMES[model.replace(/\d.*$/u, '')] ?? 'Mac'),
      fact('machine_model', 'Model Identifier', model),
      ...(isApple ? yield* chipFacts(context) : yield* processorFacts(context)),
      fact('physical_memory', 'Memory', memoryText(Number((yield* context.sysctl('hw.memsize')) ?? 0))),
      ...(yield* firmwareFacts(context)),
      ...optional('serial_number', 'Serial Number (system)',
        textOf(platform.properties, 'IOPlatformSerialNumber')),
      ...optional('platform_UUID', 'Hardware UUID', textOf(platform.properties, 'IOPlatformUUID')),
    ]
    return { items: [{ key: 'hardware_overview', name: 'Hardware Overview', facts, entryId: platform.id }] }
  },
}

function* chipFacts(context: ReporterContext): KernelThread<Fact[]> {
  const cores = Number((yield* context.sysctl('hw.physicalcpu')) ?? 0)
  const fast = Number((yield* context.sysctl('hw.perflevel0.physicalcpu')) ?? 0)
  const slow = Number((yield* context.sysctl('hw.perflevel1.physicalcpu')) ?? 0)
  return [
    fact('chip_type', 'Chip', String((yield* context.sysctl('machdep.cpu.brand_string')) ?? '')),
    {
      key: 'number_processors', label: 'Total Number of Cores',
      value: `${cores} (${fast} performance and ${slow} efficiency)`, raw: `proc ${cores}:${fast}:${slow}`,
    },
  ]
}

function* processorFacts(context: ReporterContext): KernelThread<Fact[]> {
  const number = function* (name: string): KernelThread<number> {
    return Number((yield* context.sysctl(name)) ?? 0)
  }
  const cores = yield* number('hw.physicalcpu')
  const brand = String((yield* context.sysctl('machdep.cpu.brand_string')) ?? '')
  const clockHz = yield* number('hw.cpufrequency')
  const hasThreads = (yield* number('hw.logicalcpu')) > cores
  return [
    fact('cpu_type', 'Processor Name', processorName(brand, cores)),
    fact('current_processor_speed', 'Processor Speed', `${trimmed(clockHz / 1e9, 1)} GHz`),
    { key: 'packages', label: 'Number of Processors', value: String(yield* number('hw.packages')), raw: 1 },
    { key: 'number_processors', label: 'Total Number of Cores', value: String(cores), raw: cores },
    fact('l2_cache_core', 'L2 Cache (per Core)', cacheText(yield* number('hw.l2cachesize'))),
    fact('l3_cache', 'L3 Cache', cacheText(yield* number('hw.l3cachesize'))),
    {
      key: 'platform_cpu_htt', label: 'Hyper-Threading Technology',
      value: hasThreads ? 'Enabled' : 'Disabled',
      raw: hasThreads ? 'htt_enabled' : 'htt_disabled',
    },
  ]
}

/** `Intel(R) Xeon(R) W-2191B CPU @ 2.30GHz` → `18-Core Intel Xeon W`. */
function processorName(brand: string, cores: number): string {
  const plain = brand.replaceAll(/\((?:R|TM)\)/gu, '').replace(/ CPU.*$/u, '').replace(/-[0-9A-Z]+$/u, '')
  return cores > 2 ? `${cores}-Core ${plain}` : plain
}

function cacheText(bytes: number): string {
  return bytes >= 2 ** 20 ? `${trimmed(bytes / 2 ** 20, 1)} MB` : `${bytes / 1024} KB`
}

/** The firmware's version: in the device tree on Apple silicon, in the SMBIOS tables on Intel. */
function* firmwareFacts(context: ReporterContext): KernelThread<Fact[]> {
  const chosen = yield* context.registry.fromPath('IODeviceTree:/chosen')
  const loader = chosen === null ? null : textOf(chosen.properties, 'firmware-version')
  if (loader !== null) return [fact('boot_rom_version', 'System Firmware Version',
    loader.replace(/^iBoot-/u, ''))]
  const tables = (yield* context.registry.firstService('AppleSMBIOS'))?.properties.getValue('SMBIOS')
  const version = tables instanceof CFData ? smbiosBiosVersion(tables.bytes) : null
  return optional('boot_rom_version', 'System Firmware Version', version)
}

function optional(key: string, label: string, value: string | null): Fact[] {
  return value === null || value === '' ? [] : [fact(key, label, value)]
}
