import type { CoverageUsbPorts, DeviceList, ListedUsb } from '../../api/index.ts'
import type { DumpWorld } from '../rematch/DumpWorld.ts'

/** Ports of one controller that macOS uses. */
const LIMIT = 15
const SUPER_SPEED_HUB = 0x0003
const HIGH_SPEED_HUB = 0x0002

function portsOf(controller: string, ports: number): CoverageUsbPorts {
  return { controller, ports, limit: LIMIT, isOver: ports > LIMIT }
}

/**
 * Ports of the controllers of a list: those of both root hubs of one controller, which Linux tells by its PCI
 * address; where that is not told, root hubs of consecutive buses are taken together.
 */
export function listUsbPorts({ usb }: DeviceList): CoverageUsbPorts[] {
  const hubs = usb.filter((one) => one.isRootHub && one.ports !== null && one.address !== null)
    .toSorted((a, b) => (a.address! < b.address! ? -1 : 1))
  const groups = new Map<string, number>()
  let last: { readonly hub: ListedUsb; readonly name: string } | null = null
  for (const hub of hubs) {
    const place = /^[0-9a-f]{4}:([0-9a-f]{2}:[0-9a-f]{2}\.[0-7])$/iu.exec(hub.serial ?? '')?.[1]
    const isPair: boolean = last !== null && last.hub.productId === HIGH_SPEED_HUB
      && hub.productId === SUPER_SPEED_HUB
      && busOf(hub) === busOf(last.hub) + 1
    const name: string = place ?? (isPair ? last!.name : `bus ${busOf(hub)}`)
    groups.set(name, (groups.get(name) ?? 0) + hub.ports!)
    last = { hub, name }
  }
  return [...groups].map(([name, ports]) => portsOf(name, ports))
}

const busOf = (hub: ListedUsb): number => Number(hub.address!.split(':')[0])

/** Ports below the controllers of a dump; those of hubs are not among them. */
export function dumpUsbPorts({ entries, classes }: DumpWorld): CoverageUsbPorts[] {
  const counts = new Map<string, number>()
  for (const { className, parents } of entries) {
    const isPort = /^AppleUSB\w*Port$/u.test(className) || classes.conforms(className, 'IOUSBHostPort')
    const controller = isPort ? parents.find((one) => isController(one.className)) : undefined
    if (controller === undefined) continue
    const { name, location } = controller.row
    const place = location === null ? name : `${name}@${location}`
    counts.set(place, (counts.get(place) ?? 0) + 1)
  }
  return [...counts].map(([name, ports]) => portsOf(name, ports))
}

/** Host controllers, and not the hubs below them, which have ports of their own. */
function isController(className: string): boolean {
  return /XHC/u.test(className) && !/Hub|Port/u.test(className)
}
