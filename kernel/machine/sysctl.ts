import type { MachineDescription } from '../api/index.ts'

/** A value of `sysctl`: numbers are exact; structures are what the tool prints. */
export type SysctlValue = string | number

const CPU_TYPE_X86_64 = 16_777_223
const CPU_TYPE_ARM64 = 16_777_228
const KIB = 1024

interface CacheSizes {
  readonly l1Instruction: number
  readonly l1Data: number
  readonly l2: number
}

/** Caches of the cores of a T8103, by cluster. */
const T8103_CACHES: Readonly<Record<string, CacheSizes>> = {
  P: { l1Instruction: 192 * KIB, l1Data: 128 * KIB, l2: 12_288 * KIB },
  E: { l1Instruction: 128 * KIB, l1Data: 64 * KIB, l2: 4_096 * KIB },
}
/** Caches of a core of the Skylake server generation, and its shared third level. */
const SKYLAKE_CACHES: CacheSizes = { l1Instruction: 32 * KIB, l1Data: 32 * KIB, l2: KIB * KIB }
const SKYLAKE_L3_PER_CORE = 1408 * KIB

/** What the `sysctl` tree of a machine says, in the order of the tool's `-a`. Made once, at power-on. */
export function sysctlTree(machine: MachineDescription, bootEpochSeconds: number): Map<string, SysctlValue> {
  return new Map([
    ...kernEntries(machine, bootEpochSeconds), ...hwEntries(machine), ...platformEntries(machine),
    ...machdepEntries(machine),
  ])
}

/** Release number in a kernel version string: `Darwin Kernel Version 23.1.0: …`. */
export function darwinRelease(kernelVersion: string): string {
  return /Version (\d+\.\d+\.\d+)/u.exec(kernelVersion)?.[1] ?? '0.0.0'
}

function kernEntries(machine: MachineDescription, bootEpochSeconds: number): [string, SysctlValue][] {
  return [
    ['kern.ostype', 'Darwin'],
    ['kern.osrelease', darwinRelease(machine.kernelVersion)],
    ['kern.osrevision', 199_506],
    ['kern.version', machine.kernelVersion],
    ['kern.osversion', machine.osBuild],
    ['kern.osproductversion', machine.osVersion],
    ['kern.bootargs', machine.bootArgs],
    ['kern.boottime', `{ sec = ${bootEpochSeconds}, usec = 0 }`],
    ['kern.hv_vmm_present', 0],
  ]
}

function hwEntries(machine: MachineDescription): [string, SysctlValue][] {
  const { cores, threads } = processorCounts(machine)
  const isIntel = machine.platform === 'acpi'
  return [
    ['hw.ncpu', threads], ['hw.byteorder', 1234], ['hw.memsize', machine.memoryBytes],
    ['hw.activecpu', threads],
    ['hw.physicalcpu', cores], ['hw.physicalcpu_max', cores],
    ['hw.logicalcpu', threads], ['hw.logicalcpu_max', threads],
    ['hw.cputype', isIntel ? CPU_TYPE_X86_64 : CPU_TYPE_ARM64], ['hw.cpusubtype', isIntel ? 8 : 2],
    ['hw.cpu64bit_capable', 1], ['hw.packages', 1],
    ['hw.cachelinesize', isIntel ? 64 : 128],
    ['hw.pagesize', isIntel ? 4096 : 16_384], ['hw.pagesize32', isIntel ? 4096 : 16_384],
    ['hw.tbfrequency', isIntel ? 1_000_000_000 : 24_000_000],
    ['hw.model', machine.model],
  ]
}

function platformEntries(machine: MachineDescription): [string, SysctlValue][] {
  const { cores } = processorCounts(machine)
  const first = machine.cpu.clusters[0]!
  if (machine.platform === 'acpi') {
    return [
      ['hw.busfrequency', 400_000_000],
      ['hw.cpufrequency', first.clockHz], ['hw.cpufrequency_max', first.clockHz],
      ['hw.cpufrequency_min', first.clockHz],
      ...cacheEntries('hw', SKYLAKE_CACHES), ['hw.l3cachesize', cores * SKYLAKE_L3_PER_CORE],
    ]
  }
  // Performance levels count from the fastest cluster.
  const levels = machine.cpu.clusters.toSorted((a, b) => b.clockHz - a.clockHz)
  return [
    ['hw.targettype', machine.target ?? ''],
    ['hw.nperflevels', levels.length],
    ...levels.flatMap((cluster, level): [string, SysctlValue][] => [
      [`hw.perflevel${level}.physicalcpu`, cluster.cores], [`hw.perflevel${level}.logicalcpu`, cluster.cores],
      ...cacheEntries(`hw.perflevel${level}`, T8103_CACHES[cluster.name] ?? T8103_CACHES['P']!),
      [`hw.perflevel${level}.cpusperl2`, cluster.cores],
      [`hw.perflevel${level}.name`, level === 0 ? 'Performance' : 'Efficiency'],
    ]),
  ]
}

function cacheEntries(prefix: string, sizes: CacheSizes): [string, SysctlValue][] {
  return [
    [`${prefix}.l1icachesize`, sizes.l1Instruction], [`${prefix}.l1dcachesize`, sizes.l1Data],
    [`${prefix}.l2cachesize`, sizes.l2],
  ]
}

function machdepEntries(machine: MachineDescription): [string, SysctlValue][] {
  const { cores, threads } = processorCounts(machine)
  const vendor: [string, SysctlValue][] =
    machine.platform === 'acpi' ? [['machdep.cpu.vendor', 'GenuineIntel']] : []
  return [
    ...vendor,
    ['machdep.cpu.brand_string', machine.cpu.brand],
    ['machdep.cpu.core_count', cores], ['machdep.cpu.thread_count', threads],
    ['machdep.cpu.cores_per_package', cores], ['machdep.cpu.logical_per_package', threads],
  ]
}

/** Cores and threads of all clusters. */
export function processorCounts(machine: MachineDescription): { cores: number; threads: number } {
  let cores = 0
  let threads = 0
  for (const cluster of machine.cpu.clusters) {
    cores += cluster.cores
    threads += cluster.cores * cluster.threadsPerCore
  }
  return { cores, threads }
}
