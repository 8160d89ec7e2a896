import type {
  CoverageReport, CoverageUsbPorts, CoverageVerdict, DeviceList, DeviceListFormat, KextRecord, Problem,
} from '../../api/index.ts'
import type { ImportedRegistry } from '../../importers/index.ts'
import { ClassTable } from '../classes/ClassTable.ts'
import { dumpWorld } from '../rematch/DumpWorld.ts'
import { kextPersonalities } from '../world/kextPersonalities.ts'
import type { CoverageSubject } from './CoverageSubject.ts'
import { CoverageWorld } from './CoverageWorld.ts'
import { dumpSubjects } from './dumpSubjects.ts'
import { judgeDevice } from './judgeDevice.ts'
import { listSubjects } from './listSubjects.ts'
import { nativePersonalities } from './nativePersonalities.ts'
import { newestKexts, type NewestKexts } from './newestKexts.ts'
import { dumpUsbPorts, listUsbPorts } from './usbPorts.ts'

/** Darwin whose class names the nubs of a list have: any that has IOUSBHostFamily. */
const RECENT_DARWIN = 22
const PLANES = ['IOService', 'IOACPIPlane']

const NATIVE_NOTE = 'Of macOS only drivers for every device of a class are known here; what it drives by '
  + 'numbers (graphics, network and others) is told as without a driver.'

/** Which device of a list gets which driver of the kexts given, or of macOS by its class. */
export function coverageOfList(list: DeviceList, kexts: readonly KextRecord[]): CoverageReport {
  const newest = newestKexts(kexts)
  const { nubs, subjects } = listSubjects(list)
  const personalities = [...nativePersonalities(), ...kextPersonalities(newest.kexts)]
  const world = new CoverageWorld(nubs, new ClassTable(RECENT_DARWIN), { personalities, planes: PLANES })
  const { formats, problems } = list
  return report(subjects, world, { newest, formats, problems, usbPorts: listUsbPorts(list),
    notes: [NATIVE_NOTE] })
}

/** Which device of a dump has which driver, and which of the kexts given would take it. */
export function coverageOfDump(registry: ImportedRegistry, kexts: readonly KextRecord[]): CoverageReport {
  const newest = newestKexts(kexts)
  const dump = dumpWorld(registry, [])
  const nubs = dump.entries.map(({ row, className, parents }) => ({
    name: row.name, location: row.location, className, id: row.id, state: row.state ?? 0,
    properties: row.properties,
    parents: parents.map((parent) => parent.index),
  }))
  const personalities = kextPersonalities(newest.kexts)
  const world = new CoverageWorld(nubs, dump.classes, { personalities, planes: dump.planes })
  const { problems } = registry
  return report(dumpSubjects(dump), world, {
    newest, formats: ['ioreg'], problems, usbPorts: dumpUsbPorts(dump), notes: [],
  })
}

interface Surroundings {
  readonly newest: NewestKexts
  readonly formats: readonly DeviceListFormat[]
  readonly problems: readonly Problem[]
  readonly usbPorts: readonly CoverageUsbPorts[]
  readonly notes: readonly string[]
}

function report(
  subjects: readonly CoverageSubject[], world: CoverageWorld,
  { newest, formats, problems, usbPorts, notes }: Surroundings,
): CoverageReport {
  const judged = subjects.map((subject) => judgeDevice(subject, world))
  const devices = judged.map(({ device }) => device)
  const counts: Record<CoverageVerdict, number> = {
    attached: 0, kext: 0, native: 0, maybe: 0, none: 0, notNeeded: 0, unknown: 0,
  }
  for (const { verdict } of devices) counts[verdict]++
  return {
    devices, conflicts: judged.flatMap(({ conflicts }) => conflicts), usbPorts, counts, formats,
    kexts: {
      bundles: newest.kexts.length,
      personalities: newest.kexts.reduce((sum, { personalities }) => sum + personalities.length, 0),
    },
    notes: [...newest.notes, ...notes], problems,
  }
}
