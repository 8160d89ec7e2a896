import { gunzipSync } from 'node:zlib'
import { coverageOfDump, coverageOfList } from '../../kernel/explain/index.ts'
import {
  joinLists,
  readDeviceList,
  readRegistry,
  type ImportedRegistry,
} from '../../kernel/importers/index.ts'
import type {
  CoverageReport,
  DeviceList,
  DeviceSource,
  KernelFunctions,
} from '../../kernel/index.ts'
import { hostDevices } from '../hostBridge/hostDevices.ts'
import type { KextSets } from './KextSets.ts'
import { readCoverageSample } from './samples.ts'

/** Calls about which device gets which driver. */
export type CoverageFunctions = Pick<
  KernelFunctions,
  | 'coverage'
  | 'listDeviceSources'
  | 'addDeviceFile'
  | 'addHostDevices'
  | 'removeDeviceSource'
  | 'restoreDeviceSource'
  | 'openCoverageSample'
>

const MAX_SOURCES = 16
const MAX_REMOVED = 16
const MAX_UNPACKED_BYTES = 512 * 1024 * 1024
const KINDS = 'what lspci, lsusb or system_profiler print, and ioreg dumps'

const decodeLatin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')

type Content = { readonly list: DeviceList } | { readonly registry: ImportedRegistry }

interface HeldSource {
  readonly summary: DeviceSource
  readonly content: Content
}

/** The devices of one computer as files or this system tell them, and the drivers they get. */
export class CoverageService {
  private sources: readonly HeldSource[] = []
  private removed: readonly HeldSource[] = []
  private nextId = 1

  constructor(private readonly kexts: KextSets) {}

  functions(): CoverageFunctions {
    return {
      coverage: () => this.report(),
      listDeviceSources: () => this.sources.map(({ summary }) => summary),
      addDeviceFile: (name, bytes) => this.addFile(name, bytes),
      addHostDevices: () => this.addHost(),
      removeDeviceSource: (id) => this.take(({ summary }) => summary.id === id),
      restoreDeviceSource: (id) => this.restore(id),
      openCoverageSample: () => this.openSample(),
    }
  }

  private report(): CoverageReport | null {
    const records = this.kexts.records()
    for (const { content } of this.sources) {
      if ('registry' in content) return coverageOfDump(content.registry, records)
    }
    const lists = this.sources.flatMap(({ content }) => ('list' in content ? [content.list] : []))
    return lists.length === 0 ? null : coverageOfList(joinLists(lists), records)
  }

  /** Reads a file by its content. Throws a plain sentence where it lists no device. */
  private addFile(name: string, given: Uint8Array): DeviceSource {
    const bytes = unpack(name, given)
    const list = readDeviceList(bytes, /usb/iu.test(name) ? 'lsusb' : 'lspci')
    if (list !== null) return this.addList(name, 'list', list)
    return this.addDump(name, bytes)
  }

  private addHost(): DeviceSource {
    const host = hostDevices()
    if ('problem' in host) throw new Error(host.problem)
    this.take(({ summary }) => summary.kind === 'host')
    return 'list' in host
      ? this.addList('This Computer', 'host', host.list)
      : this.addDump('This Computer', host.registry)
  }

  private addList(name: string, kind: 'list' | 'host', list: DeviceList): DeviceSource {
    const devices = list.pci.length + list.usb.length
    if (devices === 0) throw new Error(`${name} lists no device: ${KINDS} can be read.`)
    this.take(({ content }) => 'registry' in content)
    return this.put(
      { name, kind, formats: list.formats, devices, problems: list.problems },
      { list },
    )
  }

  /** A dump stands for itself: what was there is put aside. */
  private addDump(name: string, bytes: Uint8Array): DeviceSource {
    const registry = readRegistry(bytes, { decodeLatin1 })
    const { devices, problems } = coverageOfDump(registry, [])
    if (devices.length === 0) throw new Error(`${name} lists no device: ${KINDS} can be read.`)
    this.take(() => true)
    return this.put(
      { name, kind: 'dump', formats: ['ioreg'], devices: devices.length, problems },
      { registry },
    )
  }

  private put(facts: Omit<DeviceSource, 'id'>, content: Content): DeviceSource {
    if (this.sources.length >= MAX_SOURCES)
      throw new Error(`${MAX_SOURCES} lists are open: remove some first.`)
    const summary = { id: this.nextId++, ...facts }
    this.sources = [...this.sources, { summary, content }]
    return summary
  }

  private take(isGone: (source: HeldSource) => boolean): void {
    this.removed = [...this.removed, ...this.sources.filter(isGone)].slice(-MAX_REMOVED)
    this.sources = this.sources.filter((source) => !isGone(source))
  }

  private restore(id: number): void {
    const back = this.removed.find(({ summary }) => summary.id === id)
    if (back === undefined) throw new Error('This list is gone: add its file again.')
    this.removed = this.removed.filter((source) => source !== back)
    const isDump = 'registry' in back.content
    this.take(({ content }) => isDump || 'registry' in content)
    this.sources = [...this.sources, back].toSorted((a, b) => a.summary.id - b.summary.id)
  }

  private openSample(): void {
    const { lists, kexts } = readCoverageSample()
    this.take(() => true)
    for (const { name, bytes } of lists) this.addFile(name, bytes)
    if (!this.kexts.list().some(({ name }) => name === SAMPLE_KEXTS))
      this.kexts.add(SAMPLE_KEXTS, kexts)
  }
}

const SAMPLE_KEXTS = 'Sample Ethernet Kexts'

function unpack(name: string, bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_UNPACKED_BYTES })
  } catch (error) {
    throw new Error(`${name} looks like gzip but cannot be unpacked.`, { cause: error })
  }
}
