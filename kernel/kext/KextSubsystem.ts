import {
  kOSKextReturnInUse, kOSKextReturnNotFound, kOSKextReturnNotLoadable, kOSReturnSuccess, type IOReturn,
} from '../abi/index.ts'
import type { KextBundleFiles, Problem } from '../api/index.ts'
import { gIOCatalogue, setModuleLoader, type ModuleLoader } from '../iokit/index.ts'
import { OSArray, OSMetaClass, registerClasses, removeClasses, toOSDictionary, type PlainValue } from '../libkern/index.ts'
import { IOLog } from '../mach/index.ts'
import { scheduler } from '../sim/index.ts'
import type { DriverEvaluator } from './DriverEvaluator.ts'
import { driverHooks } from './driverHooks.ts'
import { isLoaded, NOT_LOADED, type KextRecord } from './KextRecord.ts'
import { KextTable, lentClasses, type BootKext } from './KextTable.ts'
import { plistToPlain } from './plistToPlain.ts'
import { resolveDependencies } from './resolveDependencies.ts'

/** A kext of the boot collection with what it matches. */
export interface BootKextWithPersonalities extends BootKext {
  readonly personalities: { readonly [name: string]: { readonly [key: string]: PlainValue } }
}

/** A loaded kext, as reports and tools list it. */
export interface LoadedKextFacts {
  readonly bundleIdentifier: string
  readonly version: string
  readonly loadAddress: bigint
  readonly sizeBytes: number
  readonly dependencies: readonly string[]
  readonly loadedAtNs: number
}

export interface KextSubsystemContext {
  readonly simulation: { readonly seed: number }
  readonly families: readonly BootKextWithPersonalities[]
  readonly bundles: readonly KextBundleFiles[]
  readonly osVersion: string
  readonly isIntel: boolean
}

/**
 * Loading, starting and unloading of kexts in one world, and the catalogue's module loader.
 * @xnu libkern/c++/OSKext.cpp OSKext — simplified: boot kexts start when they are first needed; no kext is autounloaded
 */
export class KextSubsystem implements ModuleLoader {
  private table: KextTable | null = null
  private lastStarted: KextRecord | null = null
  /** Why the last unloading was refused, line by line, for the tool that asked. */
  refusal: readonly string[] = []

  constructor(private readonly evaluator: DriverEvaluator) {}

  /** Reads all kexts, becomes the module loader and fills the catalogue with the boot collection's personalities. */
  install(context: KextSubsystemContext): void {
    const table = new KextTable({ seed: context.simulation.seed, isIntel: context.isIntel, osVersion: context.osVersion })
    this.table = table
    for (const kext of context.families) table.addBoot(kext)
    for (const bundle of context.bundles) {
      const added = table.addBundle(bundle)
      if (!added.ok) for (const problem of added.problems) IOLog(`Kext ${bundle.name}: ${problem.message}\n`)
    }
    setModuleLoader(this)
    const personalities = OSArray.withCapacity(64)
    for (const kext of context.families) {
      for (const personality of Object.values(kext.personalities)) {
        personalities.adopt(toOSDictionary(withBundle(personality, kext.CFBundleIdentifier)))
      }
    }
    gIOCatalogue().addDrivers(personalities, false)
    personalities.release()
  }

  get kexts(): KextTable {
    if (this.table === null) throw new Error('the kext subsystem is not installed')
    return this.table
  }

  /** Puts a bundle into the extension folder and loads it. */
  loadBundle(bundle: KextBundleFiles): Problem[] {
    const added = this.kexts.addBundle(bundle)
    if (!added.ok) {
      for (const problem of added.problems) IOLog(`Kext ${bundle.name}: ${problem.message}\n`)
      return added.problems
    }
    return this.load(added.value)
  }

  /** Loads and starts a kext after its libraries, then enters its personalities. Nothing is half done on failure. */
  load(kext: KextRecord, startMatching = true): Problem[] {
    if (isLoaded(kext)) return []
    const { order, problems } = resolveDependencies(kext, (identifier) => this.kexts.find(identifier))
    if (problems.length > 0) return this.refuse(kext, problems)
    for (const one of order) {
      const faults = isLoaded(one) ? [] : this.start(one)
      if (faults.length > 0) return this.refuse(kext, faults)
    }
    if (startMatching && kext.bundle !== null) this.addPersonalities(kext)
    return []
  }

  /** Unloads a kext: refused while classes have instances or others are linked against it. */
  unload(kext: KextRecord): IOReturn {
    this.refusal = []
    if (!isLoaded(kext) || kext.kind !== 'bundle') return kOSKextReturnNotFound
    if (this.dependentOf(kext) !== undefined) {
      const name = kext.bundleIdentifier
      return this.refuseUnload([
        `Can't unload kext ${name}; outstanding references 1 (linkage or tracking object).`,
      ])
    }
    const result = removeClasses(kext.bundleIdentifier)
    if (result !== kOSReturnSuccess) {
      const name = kext.bundleIdentifier
      const held = kext.classes.filter((one) => one.getInstanceCount() > 0)
      return this.refuseUnload([
        `Can't unload kext ${name}; classes have instances:`,
        ...held.map((one) => {
          const count = one.getInstanceCount()
          return `    Kext ${name} class ${one.className} has ${count} instance${count === 1 ? '' : 's'}.`
        }),
      ])
    }
    kext.loadTag = NOT_LOADED
    return kOSReturnSuccess
  }

  /** A loaded kext that is linked against this one. */
  private dependentOf(kext: KextRecord): KextRecord | undefined {
    return this.kexts.all().find((other) =>
      isLoaded(other) && other !== kext && other.libraries.has(kext.bundleIdentifier))
  }

  private refuseUnload(lines: readonly string[]): IOReturn {
    for (const line of lines) IOLog(`${line}\n`)
    this.refusal = lines
    return kOSKextReturnInUse
  }

  /** Loaded kexts in load order, parts of the kernel left out. */
  loadedKexts(): readonly LoadedKextFacts[] {
    return this.kexts.all().filter((kext) => isLoaded(kext) && kext.kind !== 'kernel')
      .toSorted((a, b) => a.loadTag - b.loadTag).map((kext) => ({
        bundleIdentifier: kext.bundleIdentifier, version: kext.version, loadAddress: kext.address, sizeBytes: kext.sizeBytes,
        dependencies: [...kext.libraries.keys()], loadedAtNs: kext.loadedAtNs,
      }))
  }

  get lastStartedKext(): LoadedKextFacts | null {
    const last = this.lastStarted
    return last === null ? null : this.loadedKexts().find(({ bundleIdentifier }) => bundleIdentifier === last.bundleIdentifier) ?? null
  }

  loadKextWithIdentifier(bundleIdentifier: string): IOReturn {
    const kext = this.kexts.find(bundleIdentifier)
    if (kext === undefined) return kOSKextReturnNotFound
    return this.load(kext, false).length === 0 ? kOSReturnSuccess : kOSKextReturnNotLoadable
  }

  isBootKext(bundleIdentifier: string): boolean {
    return this.kexts.find(bundleIdentifier)?.kind !== 'bundle'
  }

  allowsUserTerminate(bundleIdentifier: string): boolean | null {
    return this.kexts.find(bundleIdentifier)?.allowsUserTerminate ?? null
  }

  isKextWithIdentifierLoaded(bundleIdentifier: string): boolean {
    const kext = this.kexts.find(bundleIdentifier)
    return kext !== undefined && isLoaded(kext)
  }

  canUnloadKextWithIdentifier(bundleIdentifier: string): boolean {
    const kext = this.kexts.find(bundleIdentifier)
    return kext !== undefined && this.dependentOf(kext) === undefined
  }

  unloadKextWithIdentifier(bundleIdentifier: string): IOReturn {
    const kext = this.kexts.find(bundleIdentifier)
    return kext === undefined ? kOSKextReturnNotFound : this.unload(kext)
  }

  /** One kext whose libraries have started: its code runs, its classes appear. */
  private start(kext: KextRecord): Problem[] {
    const executable = kext.bundle?.read.executable ?? null
    if (executable !== null) {
      const evaluated = this.evaluator.evaluate({
        bundleIdentifier: kext.bundleIdentifier, path: `${kext.bundle!.files.name}/${executable.path}`, source: executable.source,
        libraries: new Map([...kext.libraries.keys()].map((name) => [name, this.kexts.find(name)?.lends ?? {}])),
        hooks: (symbols) => driverHooks(kext.bundleIdentifier, symbols),
      })
      if (!evaluated.ok) return evaluated.problems
      kext.classes = exportedClasses(evaluated.value)
      kext.lends = lentClasses(kext.classes)
    }
    const { duplicate } = registerClasses(kext.bundleIdentifier, kext.classes)
    if (duplicate !== undefined) return [{ where: kext.bundleIdentifier, message: duplicate.message }]
    this.kexts.place(kext, scheduler().nowNs)
    this.lastStarted = kext
    return []
  }

  private addPersonalities(kext: KextRecord): void {
    const array = OSArray.withCapacity(4)
    for (const personality of kext.bundle!.read.personalities.values()) {
      const plain = plistToPlain(personality) as ReadonlyMap<string, PlainValue>
      array.adopt(toOSDictionary(withBundle(Object.fromEntries(plain), kext.bundleIdentifier)))
    }
    if (array.getCount() > 0) gIOCatalogue().addDrivers(array, true)
    array.release()
  }

  private refuse(kext: KextRecord, problems: readonly Problem[]): Problem[] {
    for (const { message } of problems) IOLog(`${message}\n`)
    IOLog(`Failed to load kext ${kext.bundleIdentifier} (error 0x${kOSKextReturnNotLoadable.toString(16)}).\n`)
    return [...problems]
  }
}

/** The personality as the catalogue holds it: with its bundle's names. */
function withBundle(personality: { readonly [key: string]: PlainValue }, bundleIdentifier: string): Record<string, PlainValue> {
  return {
    CFBundleIdentifier: bundleIdentifier, ...personality,
    CFBundleIdentifierKernel: personality.CFBundleIdentifierKernel ?? bundleIdentifier,
    IOPersonalityPublisher: personality.IOPersonalityPublisher ?? bundleIdentifier,
  }
}

function exportedClasses(exported: Readonly<Record<string, unknown>>): OSMetaClass[] {
  return Object.values(exported).flatMap((value) => {
    if (typeof value !== 'function' || !Object.hasOwn(value, 'metaClass')) return []
    const { metaClass } = value as unknown as { metaClass: unknown }
    return metaClass instanceof OSMetaClass ? [metaClass] : []
  })
}
