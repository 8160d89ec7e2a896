import type { RuleTrust } from '../../api/index.ts'
import { ImportedData, ImportedDictionary } from '../../importers/index.ts'

/** What a refusal looks at. */
export interface ProviderFacts {
  /** Its class and superclasses. */
  readonly classes: readonly string[]
  readonly properties: ImportedDictionary
}

/** Providers that a driver's own code is known to turn away although all keys agree. */
export interface KnownRefusal {
  readonly ioClasses: readonly string[]
  /** The method that says no. */
  readonly step: 'PROBE' | 'START'
  readonly refuses: (provider: ProviderFacts) => boolean
  readonly text: string
  readonly trust: RuleTrust
  readonly source: string
}

const SEEN = 'real dumps: it is on every provider of the one kind and on none of the other'

const hasATAPI = ({ properties }: ProviderFacts): boolean => {
  const characteristics = properties.get('Protocol Characteristics')
  return characteristics instanceof ImportedDictionary && characteristics.get('ATAPI') === true
}

/** The base class of a PCI function; null where no class code is shown. */
function pciBaseClass({ properties }: ProviderFacts): number | null {
  const code = properties.get('class-code')
  return code instanceof ImportedData ? (code.bytes()[2] ?? null) : null
}

const DISPLAY_CLASS = 3

/**
 * Refusals by code that cannot be run here, as source or dumps show them. Whatever is not in this list is
 * offered as "its probe may have said no" and never concluded.
 */
const REFUSALS: readonly KnownRefusal[] = [
  {
    ioClasses: ['IOSCSIPeripheralDeviceNub'], step: 'START', trust: 'open source',
    refuses: ({ classes }) => classes.includes('IOSCSIPeripheralDeviceNub'),
    text: 'It does not start on a provider of its own class.',
    source: 'IOSCSIArchitectureModelFamily IOSCSIPeripheralDeviceNub.cpp start',
  },
  {
    ioClasses: ['AudioAUUCDriver'], step: 'PROBE', trust: 'closed', source: SEEN,
    refuses: ({ properties }) => properties.get('SupportAudioAUUC') === undefined,
    text: 'It drives audio engines that say SupportAudioAUUC, and no others.',
  },
  {
    ioClasses: ['AppleACPICPU'], step: 'START', trust: 'closed', source: SEEN,
    refuses: ({ properties }) => properties.get('clock-frequency') === undefined,
    text: 'It drives processors that run: those have a clock-frequency. Firmware also declares processors '
      + 'that are not there.',
  },
  {
    ioClasses: ['AppleAHCIDiskDriver'], step: 'PROBE', trust: 'closed', source: SEEN, refuses: hasATAPI,
    text: 'It drives disks; the device speaks ATAPI.',
  },
  {
    ioClasses: ['IOAHCISerialATAPI'], step: 'PROBE', trust: 'closed', source: SEEN,
    refuses: (provider) => !hasATAPI(provider), text: 'It drives ATAPI devices; the device is a disk.',
  },
  {
    ioClasses: ['NVKernel'], step: 'PROBE', trust: 'closed', source: SEEN,
    refuses: (provider) => (pciBaseClass(provider) ?? DISPLAY_CLASS) !== DISPLAY_CLASS,
    text: 'It drives displays; its personality asks for the vendor alone, and this function is none.',
  },
  {
    ioClasses: ['IOGUIDPartitionScheme', 'IOFDiskPartitionScheme', 'IOApplePartitionScheme'], step: 'PROBE',
    trust: 'closed', source: SEEN,
    refuses: ({ classes }) => classes.includes('AppleAPFSMedia') || classes.includes('CoreStorageLogical'),
    text: 'It reads the medium for a partition map; a container or logical volume has none.',
  },
]

const byClass = new Map(REFUSALS.flatMap((one) => one.ioClasses.map((name) => [name, one] as const)))

/** The rule by which a driver's code turns a provider away; null where nothing is known against it. */
export function knownRefusal(ioClass: string | null, provider: ProviderFacts): KnownRefusal | null {
  const known = byClass.get(ioClass ?? '')
  return known !== undefined && known.refuses(provider) ? known : null
}
