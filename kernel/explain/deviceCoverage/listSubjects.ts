import type { DeviceList, ListedPci, ListedUsb } from '../../api/index.ts'
import { wantsDriver } from '../../formats/index.ts'
import { EMPTY_DICTIONARY } from '../../importers/index.ts'
import type { NubFacts } from '../world/MatchWorld.ts'
import { idsText, tripleText, type CoverageSubject, type SubjectNub } from './CoverageSubject.ts'
import { interfaceNub, pciNub, usbNub } from './nubs.ts'

/** Where the nubs of a list hang. */
const PLATFORM = 1

/** Programming interfaces that a name tells where the list does not. */
const BY_NAME: readonly (readonly [pattern: RegExp, classCode: number, code: number])[] = [
  [/xHCI|USB 3/iu, 0x0c03, 0x30], [/EHCI|USB2/iu, 0x0c03, 0x20], [/OHCI/iu, 0x0c03, 0x10],
  [/UHCI/iu, 0x0c03, 0x00],
  [/AHCI/iu, 0x0106, 0x01], [/./u, 0x0108, 0x02], [/./u, 0x0c00, 0x10],
]

/** The devices of a list, and the nubs that stand for them. */
export function listSubjects(
  list: DeviceList,
): { readonly nubs: NubFacts[]; readonly subjects: CoverageSubject[] } {
  const above = { location: null, id: 0, state: 0, properties: EMPTY_DICTIONARY }
  const nubs: NubFacts[] = [
    { ...above, name: 'Root', className: 'IORegistryEntry', parents: [] },
    { ...above, name: 'AppleACPIPlatformExpert', className: 'AppleACPIPlatformExpert', parents: [0] },
  ]
  const subjects = [...list.pci.map((one) => pciSubject(one, nubs)),
    ...list.usb.map((one) => usbSubject(one, nubs))]
  return { nubs, subjects }
}

function add(nubs: NubFacts[], nub: NubFacts, own: SubjectNub['interface'] = null): SubjectNub {
  nubs.push(nub)
  return { index: nubs.length - 1, interface: own, shown: [] }
}

const NO_NUMBERS = { verdict: 'unknown', reason: 'The list does not tell its numbers.' } as const

function pciSubject(device: ListedPci, nubs: NubFacts[]): CoverageSubject {
  const { address, name, vendorId, deviceId, classCode } = device
  const ids = idsText(vendorId, deviceId)
  const guess = classCode === null ? undefined
    : BY_NAME.find(([pattern, base]) => base === classCode && pattern.test(name ?? ''))
  const programming = device.programmingInterface ?? guess?.[2] ?? 0
  const code = ((classCode ?? 0) << 8) | programming
  const isGuess = device.programmingInterface === null && guess !== undefined
  const remark = classCode === null
    ? 'The list does not tell its class, so that only its numbers were compared.'
    : isGuess ? 'The list does not tell the programming interface; it was taken from the name.' : null
  return {
    kind: 'pci', address, ids, name, deviceClass: classCode === null ? null
      : code.toString(16).padStart(6, '0'),
    without: ids === null ? NO_NUMBERS : null, remark, wantsDriver: classCode === null || wantsDriver(code),
    nubs: ids === null ? [] : [add(nubs, pciNub(device, code, PLATFORM))],
  }
}

const ROOT_HUB = {
  verdict: 'notNeeded', reason: 'A root hub is part of its controller: the controller’s driver makes it.',
} as const

function usbSubject(device: ListedUsb, nubs: NubFacts[]): CoverageSubject {
  const { address, name, vendorId, productId } = device
  const ids = idsText(vendorId, productId)
  const without = device.isRootHub ? ROOT_HUB : ids === null ? NO_NUMBERS : null
  const deviceClass = tripleText([device.deviceClass, device.subClass, device.protocol])
  const remark = device.deviceClass === null
    ? 'The list shows no interfaces: print it with lsusb -v to compare them too.' : null
  return {
    kind: 'usb', address, ids, name, deviceClass, without, remark, wantsDriver: true,
    nubs: without === null ? usbNubs(device, nubs) : [],
  }
}

/** The nubs of the present family, and those that stand for the former one towards old kexts. */
function usbNubs(device: ListedUsb, nubs: NubFacts[]): SubjectNub[] {
  const all: SubjectNub[] = []
  for (const [deviceClass, interfaceClass] of [['IOUSBHostDevice', 'IOUSBHostInterface'],
    ['IOUSBDevice', 'IOUSBInterface']] as const) {
    const own = add(nubs, usbNub(device, deviceClass, PLATFORM))
    all.push(own)
    for (const one of device.interfaces) {
      const { configuration, number, interfaceClass: usbClass, subClass, protocol } = one
      const triple = [usbClass, subClass, protocol] as const
      all.push(add(nubs, interfaceNub(device, one, interfaceClass, own.index),
        { configuration, number, triple }))
    }
  }
  return all
}
