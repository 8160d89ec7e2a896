import { kOSKextReturnInvalidArgument, kOSKextReturnNotFound, kOSKextReturnNotLoadable, kOSReturnSuccess, type IOReturn } from '../abi/index.ts'
import type { Problem } from '../api/index.ts'
import { gIOCatalogue } from '../iokit/index.ts'
import { toOSDictionary } from '../libkern/index.ts'
import type { KernelThread } from '../sim/index.ts'
import { isLoaded, type KextRecord } from './KextRecord.ts'
import type { KextSubsystem } from './KextSubsystem.ts'

/** A request of user space, as plain data; the predicates carry the names of XNU's request dictionaries. */
export interface KextRequestMessage {
  readonly predicate: 'Load' | 'Unload' | 'Get Loaded Kext Info'
  readonly arguments: {
    readonly bundleIdentifier?: string
    readonly path?: string
    readonly className?: string
    readonly personalitiesOnly?: boolean
    readonly startMatching?: boolean
    readonly bundleIdentifiers?: readonly string[]
  }
}

export interface KextInfo {
  readonly bundleIdentifier: string
  readonly version: string
  readonly path: string | null
  readonly uuid: string | null
  readonly loadTag: number
  readonly references: number
  readonly address: bigint
  readonly sizeBytes: number
  readonly wiredBytes: number
  readonly dependencies: readonly number[]
  readonly started: boolean
  readonly isKernelComponent: boolean
}

export interface KextResponseMessage {
  readonly result: IOReturn
  readonly kexts?: readonly KextInfo[]
  /** For a refused unload: what the kernel logged. */
  readonly messages?: readonly string[]
  readonly diagnostics?: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>
}

/** Answers one request. Thread context of the caller. @xnu libkern/c++/OSKext.cpp handleRequest — simplified: plain data */
export function* handleKextRequest(
  kexts: KextSubsystem, request: KextRequestMessage,
): KernelThread<KextResponseMessage> {
  switch (request.predicate) {
    case 'Get Loaded Kext Info': return { result: kOSReturnSuccess, kexts: loadedInfo(kexts, request.arguments.bundleIdentifiers) }
    case 'Load': return load(kexts, request.arguments)
    case 'Unload': {
      kexts.refusal = []
      const result = yield* unload(kexts, request.arguments)
      return kexts.refusal.length === 0 ? { result } : { result, messages: kexts.refusal }
    }
    default: return { result: kOSKextReturnInvalidArgument }
  }
}

function findKext(kexts: KextSubsystem, wanted: KextRequestMessage['arguments']): KextRecord | undefined {
  if (wanted.bundleIdentifier !== undefined) return kexts.kexts.find(wanted.bundleIdentifier)
  return wanted.path === undefined ? undefined : kexts.kexts.findByPath(wanted.path)
}

function load(kexts: KextSubsystem, wanted: KextRequestMessage['arguments']): KextResponseMessage {
  const kext = findKext(kexts, wanted)
  if (kext === undefined) return { result: kOSKextReturnNotFound }
  const problems = kexts.load(kext, wanted.startMatching !== false)
  return problems.length === 0 ? { result: kOSReturnSuccess } : { result: kOSKextReturnNotLoadable, diagnostics: diagnose(problems) }
}

function diagnose(problems: readonly Problem[]): Map<string, Map<string, string[]>> {
  const findings = new Map<string, string[]>()
  for (const { where, message, line } of problems) {
    const subject = line === undefined ? where : `${where}:${line}`
    findings.set(message, [...findings.get(message) ?? [], subject])
  }
  return new Map([['Dependency Resolution Failures', findings]])
}

function* unload(kexts: KextSubsystem, wanted: KextRequestMessage['arguments']): KernelThread<IOReturn> {
  const catalogue = gIOCatalogue()
  if (wanted.className !== undefined) {
    const matching = toOSDictionary({ IOClass: wanted.className })
    const result = yield* catalogue.terminateDrivers(matching)
    matching.release()
    return result
  }
  const kext = findKext(kexts, wanted)
  if (kext === undefined || !isLoaded(kext)) return kOSKextReturnNotFound
  return yield* catalogue.terminateDriversForModule(kext.bundleIdentifier, wanted.personalitiesOnly !== true)
}

function loadedInfo(kexts: KextSubsystem, only: readonly string[] | undefined): KextInfo[] {
  const all = kexts.kexts.all()
  const loaded = all.filter((kext) => isLoaded(kext) && (only === undefined || only.includes(kext.bundleIdentifier)))
  return loaded.toSorted((a, b) => a.loadTag - b.loadTag).map((kext) => ({
    bundleIdentifier: kext.bundleIdentifier, version: kext.version, path: kext.path, uuid: null, loadTag: kext.loadTag,
    references: all.filter((other) => isLoaded(other) && other.libraries.has(kext.bundleIdentifier)).length,
    address: kext.address, sizeBytes: kext.sizeBytes, wiredBytes: kext.sizeBytes,
    dependencies: [...kext.libraries.keys()].flatMap((name) => {
      const tag = kexts.kexts.find(name)?.loadTag
      return tag === undefined || tag < 0 ? [] : [tag]
    }).toSorted((a, b) => a - b),
    started: true, isKernelComponent: kext.kind === 'kernel',
  }))
}
