import type { MachineDescription } from '../../api/index.ts'
import { bootCollection } from '../../families/index.ts'
import { setAcpiTables } from '../../families/AppleACPIPlatform/acpi.ts'
import {
  IODeviceTreeAlloc, IOPlatformExpertDevice, IOService, InitIOKit, StartIOKitMatching, addKernelConfigTables,
  gIOServicePlane, getRegistryRoot, initializeIOKit, iokitDaemonLaunched, serviceMatching, setRootMedia, type PlatformIdentity,
} from '../../iokit/index.ts'
import {
  IOLog, installPhysicalMemory, installPorts, interruptEntry, kernel_task, physicalPages, registerTrap,
  task_create, thread_create,
} from '../../mach/index.ts'
import { Random, scheduler, simulation, type KernelThread } from '../../sim/index.ts'
import { installIOKitServer } from '../../iokit/userclient/index.ts'
import type { Hardware } from '../hardware.ts'
import type { KextServices } from '../options.ts'
import { buildAcpiTables } from './acpi/buildTables.ts'
import type { DeviceTreeNode } from './deviceTree/DeviceTreeNode.ts'
import { buildSmbios } from './smbios.ts'

/** Extensions of a `waitQuiet` time-out before it counts as hung: by platform. */
const TIMEOUT_EXTENSIONS = { acpi: 4, 'device-tree': 1 } as const
/** Longest wait for a disk to boot from. */
const ROOT_DEVICE_TIMEOUT_NS = 30_000_000_000
/** Time the firmware and the kernel's own start take before the I/O Kit begins. */
const KERNEL_START_NS = 8_000_000
const KERNELMANAGERD_PID = 63
/** Mach-O processor types of the kernel: x86_64, and arm64e with a sign-extended subtype. */
const KERNEL_CPU = {
  acpi: { type: 16_777_223n, subtype: 3n },
  'device-tree': { type: 16_777_228n, subtype: 0xffff_ffff_c000_0002n },
} as const

export interface BootInput {
  readonly machine: MachineDescription
  readonly hardware: Hardware
  readonly tree: DeviceTreeNode
  readonly kexts: KextServices
  readonly bundles: Parameters<KextServices['install']>[0]['bundles']
  /** User space may start: the root device is there. */
  readonly onUserSpace: () => void
}

/**
 * Boots the kernel as far as its first thread; the rest happens when the machine runs. Inside the machine's
 * world.
 */
export function bootKernel(input: BootInput): void {
  connectHardware(input.hardware)
  leaveFirmwareTables(input)
  printBanner(input.machine)
  const { machine } = input
  initializeIOKit({
    kernelVersion: machine.kernelVersion, osBuild: machine.osBuild, bootArgs: machine.bootArgs,
    timeoutExtensions: TIMEOUT_EXTENSIONS[machine.platform], hasDaemon: true,
  })
  addKernelConfigTables()
  describeProcessor(machine)
  installIOKitServer()
  input.kexts.install({
    simulation: simulation(), families: bootCollection(machine.platform), bundles: input.bundles,
    bootArgs: machine.bootArgs, osVersion: machine.osVersion, osBuild: machine.osBuild,
    isIntel: machine.platform === 'acpi',
  })
  const root = IODeviceTreeAlloc(input.tree)
  const device = new IOPlatformExpertDevice()
  device.initWithArgs(root, identityOf(machine))
  root.release()
  InitIOKit(device)
  device.release()
  registerTrap('iokit_daemon_launched', (task) => {
    if (!task.isPrivileged) return { errno: 1, value: null }
    iokitDaemonLaunched()
    return { errno: 0, value: null }
  })
  scheduler().charge(KERNEL_START_NS)
  thread_create(kernel_task(), 'kernel_bootstrap_thread', bootstrap(input))
}

/** What the kernel's first thread does once threads run. */
function* bootstrap(input: BootInput): KernelThread {
  StartIOKitMatching()
  IOLog('IOKit: matching started\n')
  startKernelManager()
  yield* waitForClass('IOResources')
  IOService.publishResource('IOKit')
  IOService.publishResource('IOBSD')
  yield* findRootDevice(input.machine)
  input.onUserSpace()
}

/** The daemon that serves kext requests checks in: the root of services is let go. */
function startKernelManager(): void {
  const task = task_create({ pid: KERNELMANAGERD_PID, name: 'kernelmanagerd' })
  thread_create(task, 'kernelmanagerd', checkIn())
}

function* checkIn(): KernelThread {
  iokitDaemonLaunched()
}

/** Waits for the disk that the system volume lies on, where the machine has a disk at all. */
function* findRootDevice(machine: MachineDescription): KernelThread {
  if (!machine.devices.some(({ part }) => part === 'nvme.namespace')) {
    yield* setRootMedia(null)
    return
  }
  const media = yield* waitForClass('IOMedia', ROOT_DEVICE_TIMEOUT_NS)
  yield* setRootMedia(media)
  if (media === null) IOLog('Still waiting for root device\n')
  else IOLog(`Got boot device = ${media.getPath(gIOServicePlane) ?? media.getName()}\n`)
}

/** The first registered service of a class; null at the time-out. */
function* waitForClass(className: string, timeoutNs = Infinity): KernelThread<IOService | null> {
  const matching = serviceMatching(className)
  const found = yield* IOService.waitForMatchingService(matching, timeoutNs)
  matching.release()
  found?.release()
  return found
}

function connectHardware(hardware: Hardware): void {
  const { platform } = hardware
  const { fabric } = platform
  installPhysicalMemory({
    bus: fabric.memory, free: platform.freeRam, endOfRam: platform.endOfRam,
    pageSizeBytes: platform.pageSizeBytes,
  })
  installPorts(fabric.ports)
  platform.connect(interruptEntry())
}

/** Firmware's work that software finds in memory: variables in the tree, ACPI and SMBIOS tables. */
function leaveFirmwareTables({ machine, hardware, tree }: BootInput): void {
  const options = tree.find('options')
  for (const [name, value] of Object.entries(machine.nvram)) options?.setBytes(name, variableBytes(value))
  if (machine.platform !== 'acpi') return
  const tables = buildAcpiTables(machine)
  setAcpiTables(tables)
  const { memory } = hardware.platform.fabric
  for (const { address, bytes } of buildSmbios(tables.smbios)) memory.copyIn(address, bytes)
}

/** Text of a variable as `nvram` prints it: `%xx` stands for a byte. */
function variableBytes(text: string): Uint8Array {
  const bytes: number[] = []
  for (let at = 0; at < text.length; at++) {
    const escape = /^%([0-9a-fA-F]{2})/u.exec(text.slice(at, at + 3))
    bytes.push(escape === null ? text.charCodeAt(at) & 0xff : Number.parseInt(escape[1]!, 16))
    if (escape !== null) at += 2
  }
  return Uint8Array.from(bytes)
}

/** What the registry's root says of the kernel's processor type and of the boot kernel collection. */
function describeProcessor(machine: MachineDescription): void {
  const root = getRegistryRoot()
  const { type, subtype } = KERNEL_CPU[machine.platform]
  root.setProperty('OSKernelCPUType', type, 64)
  root.setProperty('OSKernelCPUSubtype', subtype, 64)
  root.setProperty('OSPrelinkKextCount', bootCollection(machine.platform).length, 32)
}

function printBanner(machine: MachineDescription): void {
  const pages = physicalPages()
  IOLog(`${machine.kernelVersion}\n`)
  IOLog(`vm_page_bootstrap: ${pages.freeBytes / pages.pageSizeBytes} free pages\n`)
  if (machine.bootArgs !== '') IOLog(`boot-args: ${machine.bootArgs}\n`)
  IOLog(`hw.model: ${machine.model}\n`)
}

/** Serial number and a UUID that follows from it. */
function identityOf(machine: MachineDescription): PlatformIdentity {
  let seed = 0
  for (const letter of machine.serialNumber + machine.model) {
    seed = (Math.imul(seed, 31) + letter.charCodeAt(0)) >>> 0
  }
  const random = new Random(seed)
  const hex = Array.from({ length: 4 },
    () => random.next32().toString(16).padStart(8, '0')).join('').toUpperCase()
  const uuid = [
    hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32),
  ].join('-')
  return { serialNumber: machine.serialNumber, uuid }
}
