import {
  kCFBundleIdentifierKey, kIOClassKey, kIOReturnSuccess, kIOServiceAsynchronous, kOSKextReturnDeferred,
  kOSKextReturnInUse, type IOReturn,
} from '../../abi/index.ts'
import {
  kOSBooleanTrue, OSArray, OSDictionary, OSMetaClass, OSObject, OSString, defineMetaClass, toOSDictionary,
} from '../../libkern/index.ts'
import { IOLog } from '../../mach/index.ts'
import { kernelState, type KernelThread } from '../../sim/index.ts'
import { debugFlags, debugFlagsFor, kIOLogCatalogue, kIOLogMatch } from '../service/debugFlags.ts'
import type { IOService } from '../service/IOService.ts'
import { CandidateList } from './CandidateList.ts'
import { CompiledTable, newOutcome, type MatchOutcome } from './CompiledTable.ts'
import { registeredServices } from './existingServices.ts'
import { gIOClassKey, gIOModuleIdentifierKernelKey, gIOModuleIdentifierKey } from './keys.ts'
import { kIOServiceClassDone, matchPassive } from './matchPassive.ts'
import { getMatchRecorder } from './MatchRecorder.ts'
import { getModuleLoader, loadModule } from './ModuleLoader.ts'
import { Personality } from './Personality.ts'
import { terminateServices } from './terminateServices.ts'

/** Marks a personality that is part of the kernel. */
const kKernelConfigTable = 'KernelConfigTable'

/** A personality that matched a service, and what matching found out for its copy. */
export interface Candidate {
  readonly personality: Personality
  readonly outcome: MatchOutcome
}

/**
 * The driver personalities the kernel knows, by provider class.
 * @xnu iokit/Kernel/IOCatalogue.cpp IOCatalogue — simplified: no lock (nothing here blocks)
 */
export class IOCatalogue extends OSObject {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IOCatalogue', IOCatalogue, OSObject)

  private generation = 1
  /** Moves with every change of the personalities, the silent ones too: what the merged lists depend on. */
  private revision = 0
  private readonly personalities = new Map<string, Personality[]>()
  private lists = new Map<OSMetaClass, CandidateList>()
  private listsRevision = 0

  /**
   * Counts the changes that made services match anew; 1 at the beginning.
   * @xnu iokit/Kernel/IOCatalogue.cpp getGenerationCount — faithful
   */
  getGenerationCount(): number {
    return this.generation
  }

  /**
   * Adds the personalities that are part of the kernel, marked as such; no service is matched again. Boot context.
   * @xnu iokit/Kernel/IOCatalogue.cpp init — faithful
   */
  addBuiltInDrivers(drivers: OSArray): void {
    for (const driver of drivers.values()) {
      if (!(driver instanceof OSDictionary)) continue
      if (driver.getObject(gIOClassKey) === null) {
        IOLog(`Missing or bad "${kIOClassKey}" key\n`)
        continue
      }
      driver.setObject(kKernelConfigTable, kOSBooleanTrue)
      this.append(driver)
    }
  }

  /**
   * All personalities for this service's class and its superclasses, in the order in which they would be probed
   * (score, nearer class, arrival). Not filtered by any key.
   * @xnu iokit/Kernel/IOCatalogue.cpp findDrivers — faithful
   */
  findDrivers(service: IOService): readonly Personality[] {
    return this.listOf(service.getMetaClass()).ordered
  }

  /**
   * `findDrivers` for a matching pass: without those that an index knows cannot match, unless the recorder or the
   * log of matches (`io=0x2`) wants to hear of them too.
   * @xnu ours: findDrivers, with less work
   */
  driversToTry(service: IOService): readonly Personality[] {
    const recorder = getMatchRecorder()
    const list = this.listOf(service.getMetaClass())
    if (recorder === null) return (debugFlags() & kIOLogMatch) === 0 ? list.for(service) : list.ordered
    const classes = providerClasses(service.getMetaClass())
    for (const [className, bucket] of this.personalities) {
      if (classes.includes(className)) continue
      for (const { table } of bucket) {
        recorder.considered(service, table)
        recorder.rejected(service, table, 'CLASS', className)
      }
    }
    return list.ordered
  }

  /**
   * The pure part of a matching pass: the personalities whose keys all match, ordered by the scores that the
   * families made of them. Nothing is probed, loaded or changed. Any context.
   * @xnu ours: the first part of probeCandidates without its effects
   */
  findCandidates(service: IOService): Candidate[] {
    const candidates: Candidate[] = []
    let outcome = newOutcome()
    for (const personality of this.driversToTry(service)) {
      if (!matchPassive(service, personality.compiled, kIOServiceClassDone, outcome)) {
        outcome.nameMatched = null
        outcome.familyAsked = false
        continue
      }
      if (!outcome.familyAsked) outcome.value = personality.score
      insertByScore(candidates, { personality, outcome })
      outcome = newOutcome()
    }
    return candidates
  }

  /**
   * Tables of the personalities that agree with `matching` on the keys of `matching`, by score; empty: all.
   * @xnu iokit/Kernel/IOCatalogue.cpp findDrivers — faithful
   */
  findDriversMatching(matching: OSDictionary): OSDictionary[] {
    return this.agreeing(matching).sort((a, b) => b.score - a.score).map((personality) => personality.table)
  }

  /**
   * Adds personalities; exact duplicates are skipped and those without IOProviderClass kept nowhere. With
   * `doNubMatching`, the registered services that a new one fits match again. False at an element that is no
   * dictionary; what came before it stays.
   * @xnu iokit/Kernel/IOCatalogue.cpp addDrivers — faithful
   */
  addDrivers(drivers: OSArray, doNubMatching = true): boolean {
    const added: OSDictionary[] = []
    let result = true
    for (const driver of drivers.values()) {
      if (!(driver instanceof OSDictionary)) {
        IOLog('IOCatalogue::addDrivers() encountered non-dictionary; bailing.\n')
        result = false
        break
      }
      if (this.insert(driver)) added.push(driver)
    }
    if (result && doNubMatching) this.rematch(added)
    return result
  }

  /**
   * Removes the personalities that agree with `matching` on its keys. With `doNubMatching` the services of each
   * provider class that lost one match again, class by class.
   * @xnu iokit/Kernel/IOCatalogue.cpp removeDrivers — faithful
   */
  removeDrivers(matching: OSDictionary, doNubMatching = true): boolean {
    for (const bucket of this.personalities.values()) {
      const removed = bucket.filter(({ table }) => table.isEqualTo(matching, matching))
      for (const personality of removed) this.remove(personality)
      if (doNubMatching) this.rematch(removed.map((personality) => personality.table))
      for (const personality of removed) personality.release()
    }
    return true
  }

  /**
   * Lets the services match again that personalities of a bundle (or agreeing with a dictionary) fit.
   * @xnu iokit/Kernel/IOCatalogue.cpp startMatching — simplified: a driver extension's rivals are not terminated
   */
  startMatching(moduleOrMatching: string | OSDictionary): boolean {
    const chosen = typeof moduleOrMatching === 'string'
      ? this.all().filter((one) => isOfModule(one, moduleOrMatching)) : this.agreeing(moduleOrMatching)
    this.rematch(chosen.map((personality) => personality.table))
    return true
  }

  /** Forgets all but the kernel's own and loaded bundles' personalities. @xnu iokit/Kernel/IOCatalogue.cpp reset — faithful */
  reset(): void {
    const none = OSArray.withCapacity(0)
    this.resetAndAddDrivers(none, false)
    none.release()
  }

  /**
   * Keeps the kernel's own personalities and those of loaded bundles, replaces the others by `drivers`. Those that
   * are in both stay as they are.
   * @xnu iokit/Kernel/IOCatalogue.cpp resetAndAddDrivers — faithful
   */
  resetAndAddDrivers(drivers: OSArray, doNubMatching = true): boolean {
    IOLog('Resetting IOCatalogue.\n')
    const wanted = [...drivers.values()].filter((table) => table instanceof OSDictionary)
    const changed: OSDictionary[] = []
    const gone: Personality[] = []
    for (const personality of this.all()) {
      if (personality.table.getObject(kKernelConfigTable) !== null) continue
      const known = wanted.findIndex((table) => table.isEqualTo(personality.table))
      if (known !== -1) wanted.splice(known, 1)
      else if (!isModulePresent(personality.bundleIdentifier)) gone.push(personality)
    }
    for (const personality of gone) {
      this.remove(personality)
      changed.push(personality.table)
    }
    for (const table of wanted) {
      this.append(table)
      changed.push(table)
    }
    if (doNubMatching) this.rematch(changed)
    for (const personality of gone) personality.release()
    return true
  }

  /**
   * Whether the code of a personality is there, or trying for it has failed for good. False: it is being fetched.
   * @xnu iokit/Kernel/IOCatalogue.cpp isModuleLoaded — faithful
   */
  isModuleLoaded(driver: OSDictionary | Personality): boolean {
    const table = driver instanceof Personality ? driver.table : driver
    const module = table.getObject(gIOModuleIdentifierKernelKey)
    if (!(module instanceof OSString)) return true
    const name = module.getCStringNoCopy()
    if (loadModule(name) !== kOSKextReturnDeferred) {
      const publisher = table.getObject(gIOModuleIdentifierKey)
      if (publisher instanceof OSString && !publisher.isEqualTo(module)) loadModule(publisher.getCStringNoCopy())
      return true
    }
    if ((debugFlags() & kIOLogCatalogue) !== 0) IOLog(`Kext ${name} not found; queued load request to user space.\n`)
    return false
  }

  /**
   * A bundle has been loaded: the services that waited for it match again.
   * @xnu iokit/Kernel/IOCatalogue.cpp moduleHasLoaded — faithful
   */
  moduleHasLoaded(bundleIdentifier: string): void {
    this.startMatching(bundleIdentifier)
  }

  /**
   * Terminates all services whose properties agree with `matching`, in registry order, each to its end, up to one
   * that may not be; then removes such personalities. Thread context.
   * @xnu iokit/Kernel/IOCatalogue.cpp terminateDrivers — faithful
   */
  *terminateDrivers(matching: OSDictionary): KernelThread<IOReturn> {
    const result = yield* terminateServices({ matching })
    if (result === kIOReturnSuccess) this.removeDrivers(matching, false)
    return result
  }

  /**
   * Terminates the services of a bundle and removes its personalities; with `unload` also unloads it. Fails at once
   * for a bundle that others are linked against. Thread context.
   * @xnu iokit/Kernel/IOCatalogue.cpp terminateDriversForModule — faithful
   */
  *terminateDriversForModule(bundleIdentifier: string, unload: boolean): KernelThread<IOReturn> {
    const loader = getModuleLoader()
    const isLoaded = loader?.isKextWithIdentifierLoaded(bundleIdentifier) ?? false
    if (isLoaded && loader?.canUnloadKextWithIdentifier(bundleIdentifier) === false) return kOSKextReturnInUse
    const matching = toOSDictionary({ [kCFBundleIdentifierKey]: bundleIdentifier })
    const result = yield* this.terminateDrivers(matching)
    matching.release()
    if (result !== kIOReturnSuccess || !unload || !isLoaded) return result
    return loader!.unloadKextWithIdentifier(bundleIdentifier)
  }

  /** Personalities of all classes, classes in order of their first. @xnu ours: reads the table of the catalogue */
  all(): Personality[] {
    return [...this.personalities.values()].flat()
  }

  private agreeing(matching: OSDictionary): Personality[] {
    return this.all().filter(({ table }) => table.isEqualTo(matching, matching))
  }

  /** Enters a personality unless the very same is there; false for such a duplicate. */
  private insert(table: OSDictionary): boolean {
    setKernelBundle(table)
    const personality = new Personality(table)
    const { signature, providerClass } = personality
    const known = this.personalities.get(providerClass)
    if (known?.some((one) => one.signature === signature && one.table.isEqualTo(table)) === true) {
      personality.release()
      return false
    }
    this.enter(personality)
    return true
  }

  /** Enters a personality without looking for the same. */
  private append(table: OSDictionary): void {
    setKernelBundle(table)
    this.enter(new Personality(table))
  }

  private enter(personality: Personality): void {
    const { providerClass } = personality
    if (providerClass === '') {
      personality.release()
      return
    }
    const bucket = this.personalities.get(providerClass)
    if (bucket === undefined) this.personalities.set(providerClass, [personality])
    else bucket.push(personality)
    this.revision++
  }

  private remove(personality: Personality): void {
    const bucket = this.personalities.get(personality.providerClass)
    const index = bucket?.indexOf(personality) ?? -1
    if (bucket === undefined || index === -1) return
    bucket.splice(index, 1)
    this.revision++
  }

  private listOf(metaClass: OSMetaClass): CandidateList {
    if (this.listsRevision !== this.revision) {
      this.lists = new Map()
      this.listsRevision = this.revision
    }
    let list = this.lists.get(metaClass)
    if (list === undefined) {
      list = new CandidateList(this.orderedFor(metaClass))
      this.lists.set(metaClass, list)
    }
    return list
  }

  private orderedFor(metaClass: OSMetaClass): Personality[] {
    const found: Personality[] = []
    for (const className of providerClasses(metaClass)) found.push(...(this.personalities.get(className) ?? []))
    return found.sort((a, b) => b.score - a.score)
  }

  /**
   * Registered services that one of the tables matches, the highest score first, are matched again.
   * @xnu iokit/Kernel/IOService.cpp catalogNewDrivers — faithful
   */
  private rematch(tables: readonly OSDictionary[]): void {
    if (tables.length === 0) return
    const services = new Set<IOService>()
    const compiled = tables.map((table) => new CompiledTable(table)).sort((a, b) => b.score - a.score)
    let count = 0
    for (const one of compiled) {
      const found = registeredServices(one)
      for (const service of found) services.add(service)
      count += found.length
      if ((debugFlagsFor(one.table) & kIOLogMatch) !== 0) IOLog(`Matching service count = ${count}\n`)
    }
    for (const service of services) service.retain()
    for (const service of services) {
      service.startMatching(kIOServiceAsynchronous)
      service.release()
    }
    this.generation++
  }
}

/** The classes whose personalities are for services of `metaClass`, nearest first: up to IOService. */
function providerClasses(metaClass: OSMetaClass): string[] {
  const names: string[] = []
  for (let step: OSMetaClass | null = metaClass; step !== null; step = step.superMetaClass) {
    names.push(step.className)
    if (step.className === 'IOService') break
  }
  return names
}

/** Every personality names the bundle of its code: by default the one that brought it. */
function setKernelBundle(table: OSDictionary): void {
  const bundle = table.getObject(gIOModuleIdentifierKey)
  if (bundle === null || table.getObject(gIOModuleIdentifierKernelKey) !== null || table.isImmutable()) return
  table.setObject(gIOModuleIdentifierKernelKey, bundle)
}

function isOfModule({ bundleIdentifier, kernelModuleIdentifier }: Personality, module: string): boolean {
  return kernelModuleIdentifier === module || bundleIdentifier === module
}

/** Puts a candidate behind all of its score and above: first come, first served among equals. */
export function insertByScore(candidates: Candidate[], candidate: Candidate): void {
  let index = candidates.length
  while (index > 0 && candidates[index - 1]!.outcome.value < candidate.outcome.value) index--
  if (index === candidates.length) candidates.push(candidate)
  else candidates.splice(index, 0, candidate)
}

function isModulePresent(bundleIdentifier: string | null): boolean {
  return bundleIdentifier !== null && OSMetaClass.classesOfBundle(bundleIdentifier).length > 0
}

const catalogue = kernelState(() => new IOCatalogue())

/** The catalogue of this world. */
export function gIOCatalogue(): IOCatalogue {
  return catalogue()
}
