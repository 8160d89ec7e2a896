import type { SecretKind } from '../../api/index.ts'

/** A place that may tell who somebody is. */
export interface SecretPlace {
  readonly kind: SecretKind
  readonly value: string
  readonly why: string
}

interface Finder {
  readonly kind: SecretKind
  readonly why: string
  /** Its first group is the secret; global, and without nested repetition, so that time grows with the text only. */
  readonly pattern: RegExp
  /** Whether a value that fits is one after all. */
  readonly accept?: (value: string) => boolean
}

const UUID = '[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}'
const MAC = '[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}'
/** What stands between a label and its value: ioreg's ` = `, a colon, JSON, the tags of a property list, `\t`. */
const GAP = '(?:\\\\?"?[ \\t]{0,8}[=:][ \\t]{0,40}|</key>\\s{0,40}<(?:string|data)>\\s{0,40})'

/** Labels whose UUID names a machine, a boot or an incident; those of images and kernels name builds and stay. */
const UUID_LABELS =
  'IOPlatformUUID|Hardware UUID|Provisioning UDID|platform_UUID|Anonymous UUID|CrashReporter Key|crashReporterKey' +
  '|incident_id|incident|Incident Identifier|Boot session UUID|bootSessionUUID|Sleep\\/Wake UUID|Sleep Wake UUID|sleepWakeUUID' +
  '|deviceIdentifierForVendor|Volume UUID|Partition UUID|Disk UUID|boot-uuid|kern\\.bootsessionuuid'

const isSerial = (value: string): boolean =>
  value.length >= 5 && /\d/u.test(value) && !/^0x|^0+$|^X+$/iu.test(value)
/** Shared folders and the system's own accounts name nobody. */
const isPerson = (value: string): boolean =>
  !/^(?:Shared|Guest|root|daemon|nobody|USER|user\d+|\.{1,3}|\*+|X+)$/iu.test(value)
/** Group addresses, all zeros and all ones name no card. */
const isCard = (value: string): boolean => {
  const digits = value.replace(/[^0-9a-f]/giu, '')
  return !/^(?:0{11}.|f+|0+)$/iu.test(digits) && (Number.parseInt(digits.slice(0, 2), 16) & 1) === 0
}

const FINDERS: readonly Finder[] = [
  {
    kind: 'serial',
    why: 'the value of a serial number key',
    accept: isSerial,
    pattern: new RegExp(
      `(?:serial[ _-]?(?:number|num|no|string)(?: ?\\(system\\)| string)?|board-serial|SerialNumberString|kUSBSerialNumberString)${GAP}` +
        '[<"\\\\]{0,2}([A-Za-z0-9][A-Za-z0-9._/+-]{4,63})',
      'giu',
    ),
  },
  {
    kind: 'uuid',
    why: 'names the machine, a boot or an incident',
    pattern: new RegExp(`(?:${UUID_LABELS})${GAP}[<"\\\\]{0,2}(${UUID}|[0-9a-f]{32,40})`, 'giu'),
  },
  {
    kind: 'mac',
    why: 'a hardware address',
    accept: isCard,
    pattern: new RegExp(`(?<![0-9A-Fa-f:-])(${MAC})(?![0-9A-Fa-f:-])`, 'gu'),
  },
  {
    kind: 'mac',
    why: 'the value of a hardware address key',
    accept: isCard,
    pattern: new RegExp(
      `(?:IOMACAddress|local-mac-address|mac-address[a-z0-9-]{0,20}|BD_ADDR|ROM)${GAP}<([0-9A-Fa-f]{12})>`,
      'giu',
    ),
  },
  {
    kind: 'user',
    why: 'a home folder',
    accept: isPerson,
    pattern: /(?:\/|\\\/)(?:Users|home)(?:\/|\\\/)([^/\\\s"'<>:,;|]{1,64})/gu,
  },
  {
    kind: 'user',
    why: 'an account name',
    accept: isPerson,
    pattern:
      /(?:User Name|userName|USER=|IOConsoleUsers?Name|kCGSSessionUserNameKey|kCGSessionLongUserNameKey)\\?"?[ \t]{0,8}[=:][ \t]{0,20}\\?"?([^"\n\\(,}]{1,64})/gu,
  },
  {
    kind: 'host',
    why: 'a computer name',
    accept: isPerson,
    pattern:
      /(?:Computer Name|ComputerName|HostName|LocalHostName|Local Host Name|kern\.hostname)\\?"?[ \t]{0,8}[=:][ \t]{0,20}\\?"?([^"\n\\,}]{2,64})/gu,
  },
  {
    kind: 'host',
    why: 'a name in the local domain',
    accept: isPerson,
    pattern: /(?<![A-Za-z0-9.-])([A-Za-z0-9][A-Za-z0-9-]{1,62}\.local)(?![A-Za-z0-9.-])/gu,
  },
  {
    kind: 'email',
    why: 'an e-mail address',
    pattern:
      /(?<![A-Za-z0-9._%+-])([A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9][A-Za-z0-9-]{0,62}(?:\.[A-Za-z0-9-]{1,63}){0,4}\.[A-Za-z]{2,12})(?![A-Za-z0-9-])/gu,
  },
]

/** In a registry every UUID names this machine's own volumes and things, but for the types of partitions. */
const ANY_UUID: Finder = {
  kind: 'uuid',
  why: 'names a thing of this machine',
  pattern: new RegExp(`(?<![0-9A-Fa-f-])(${UUID})(?![0-9A-Fa-f-])`, 'gu'),
  accept: (value) => !PARTITION_TYPES.has(value.toUpperCase()) && !/^0{8}-0{4}-/u.test(value),
}

/** Partition types, which are the same on all machines (UEFI and Apple's headers). */
const PARTITION_TYPES: ReadonlySet<string> = new Set([
  'C12A7328-F81F-11D2-BA4B-00A0C93EC93B',
  '48465300-0000-11AA-AA11-00306543ECAC',
  '7C3457EF-0000-11AA-AA11-00306543ECAC',
  '426F6F74-0000-11AA-AA11-00306543ECAC',
  '53746F72-6167-11AA-AA11-00306543ECAC',
  '5265636F-7665-11AA-AA11-00306543ECAC',
  'EBD0A0A2-B9E5-4433-87C0-68B6B72699C7',
  '0FC63DAF-8483-4772-8E79-3D69D8477DE4',
  '69646961-6700-11AA-AA11-00306543ECAC',
  '52637672-7900-11AA-AA11-00306543ECAC',
  'EF57347C-0000-11AA-AA11-00306543ECAC',
  '41504653-0000-11AA-AA11-00306543ECAC',
])

const MAX_VALUES = 5000

/** All values in `text` that may tell who somebody is, each once, in the order in which they come. */
export function findSecrets(text: string, isRegistry: boolean): SecretPlace[] {
  const found = new Map<string, SecretPlace>()
  for (const { kind, why, pattern, accept } of isRegistry ? [...FINDERS, ANY_UUID] : FINDERS) {
    for (const match of text.matchAll(pattern)) {
      const value = match[1]?.trim() ?? ''
      if (value === '' || found.has(value) || accept?.(value) === false) continue
      found.set(value, { kind, value, why })
      if (found.size >= MAX_VALUES) return [...found.values()]
    }
  }
  return [...found.values()]
}
