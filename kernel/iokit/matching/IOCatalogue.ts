import {
  kIOReturnSuccess, kIOReturnUnsupported, kOSKextReturnDeferred, kOSKextReturnInUse, type IOReturn,
} from '../../abi/index.ts'
import {
  OSDictionary, OSMetaClass, OSNumber, OSObject, OSString, defineMetaClass, toOSDictionary,
  type OSArray, type OSSerialize,
} from '../../libkern/index.ts'
import { IOLog } from '../../mach/index.ts'
import { kernelState } from '../../sim/index.ts'
import type { IOService } from '../service/IOService.ts'
import { kIOLogCatalogue, debugFlags } from '../service/debugFlags.ts'
import { CandidateList } from './CandidateList.ts'
import { CompiledTable, newOutcome, type MatchOutcome } from './CompiledTable.ts'
import { registeredServices } from './existingServices.ts'
import { gIOModuleIdentifierKernelKey, gIOProviderClassKey } from './keys.ts'
import { kIOServiceClassDone, matchPassive } from './matchPassive.ts'
import { getMatchRecorder } from './MatchRecorder.ts'
import { getModuleLoader, loadModule } from './ModuleLoader.ts'
import { Personality } from './Personality.ts'

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
  /** Tables compiled into the kernel: `resetAndAddDrivers` keeps them. */
  private readonly builtIn = new Set<OSDictionary>()

  /** Counts the changes that made services match anew. */
  getGenerationCount(): number {
    return this.generation
  }

  /** Adds the personalities that are part of the kernel; no service is matched again. */
  addBuiltInDrivers(drivers: OSArray): void {
    for (const driver of drivers.values()) {
      if (driver instanceof OSDictionary && this.insert(driver) !== null) this.builtIn.add(driver)
    }
  }

  /**
   * All personalities for this service's class and its superclasses, in the order in which they would be probed
   * (score, nearer class, arrival). Not filtered by any key.
   * @xnu iokit/Kernel/IOCatalogue.cpp findDrivers — simplified: an index may leave out what cannot match
   */
  findDrivers(service: IOService): readonly Personality[] {
    const recorder = getMatchRecorder()
    const list = this.listOf(service.getMetaClass())
    if (recorder === null) return list.for(service)
    const ofClass = new Set(list.ordered)
    for (const personality of this.all()) {
      if (ofClass.has(personality)) continue
      recorder.considered(service, personality.table)
      recorder.rejected(service, personality.table, 'CLASS', personality.providerClass)
    }
    return list.ordered
  }

  /**
   * The pure part of a matching pass: the personalities whose keys all match, ordered by the scores that the
   * families made of them. Nothing is probed, loaded or changed.
   */
  findCandidates(service: IOService): Candidate[] {
    const candidates: Candidate[] = []
    let outcome = newOutcome()
    for (const personality of this.findDrivers(service)) {
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

  /** Tables of the personalities that agree with `matching` on the keys of `matching`; empty: all. */
  findDriversMatching(matching: OSDictionary): OSDictionary[] {
    return this.all().map((personality) => personality.table).filter((table) => table.isEqualTo(matching, matching))
  }

  /**
   * Adds personalities; exact duplicates and those without IOProviderClass are dropped. With `doNubMatching`, the
   * registered services that a new one fits match again. False at an element that is no dictionary.
   * @xnu iokit/Kernel/IOCatalogue.cpp addDrivers — faithful
   */
  addDrivers(drivers: OSArray, doNubMatching = true): boolean {
    const added: Personality[] = []
    let result = true
    for (const driver of drivers.values()) {
      if (!(driver instanceof OSDictionary)) {
        result = false
        break
      }
      const personality = this.insert(driver)
      if (personality !== null) added.push(personality)
    }
    if (result && doNubMatching && added.length > 0) {
      this.generation++
      this.startMatchingFor(added)
    }
    return result
  }

  /**
   * Removes the personalities that agree with `matching` on its keys, and lets their services match again.
   * @xnu iokit/Kernel/IOCatalogue.cpp removeDrivers — faithful
   */
  removeDrivers(matching: OSDictionary, doNubMatching = true): boolean {
    const removed = this.all().filter((personality) => personality.table.isEqualTo(matching, matching))
    for (const personality of removed) this.remove(personality)
    if (doNubMatching) {
      this.generation++
      this.startMatchingFor(removed)
    }
    for (const personality of removed) personality.release()
    return true
  }

  /**
   * Lets the services match again that personalities of a bundle (or agreeing with a dictionary) fit.
   * @xnu iokit/Kernel/IOCatalogue.cpp startMatching — faithful
   */
  startMatching(moduleOrMatching: string | OSDictionary): boolean {
    const chosen = this.all().filter((personality) => typeof moduleOrMatching === 'string'
      ? personality.moduleIdentifier === moduleOrMatching
      : personality.table.isEqualTo(moduleOrMatching, moduleOrMatching))
    this.generation++
    this.startMatchingFor(chosen)
    return true
  }

  /**
   * Keeps built-in personalities and those of loaded bundles, replaces the others by `drivers`.
   * @xnu iokit/Kernel/IOCatalogue.cpp resetAndAddDrivers — faithful
   */
  resetAndAddDrivers(drivers: OSArray, doNubMatching = true): boolean {
    IOLog('Resetting IOCatalogue.\n')
    const wanted = [...drivers.values()]
    const gone = this.all().filter((personality) => !this.builtIn.has(personality.table)
      && !wanted.some((table) => personality.table.isEqualTo(table))
      && !isModulePresent(personality.moduleIdentifier))
    for (const personality of gone) this.remove(personality)
    const added: Personality[] = []
    for (const table of wanted) {
      const personality = table instanceof OSDictionary ? this.insert(table) : null
      if (personality !== null) added.push(personality)
    }
    if (doNubMatching) {
      this.generation++
      this.startMatchingFor([...gone, ...added])
    }
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
    if (loadModule(name) !== kOSKextReturnDeferred) return true
    if ((debugFlags() & kIOLogCatalogue) !== 0) IOLog(`Kext ${name} not found; queued load request to user space.\n`)
    return false
  }

  /** A bundle has been loaded: the services that waited for it match again. */
  moduleHasLoaded(bundleIdentifier: string): void {
    this.startMatching(bundleIdentifier)
  }

  /**
   * Terminates all services whose properties agree with `matching` and removes such personalities.
   * @xnu iokit/Kernel/IOCatalogue.cpp terminateDrivers — faithful
   */
  terminateDrivers(matching: OSDictionary): IOReturn {
    const module = matching.getObject(gIOModuleIdentifierKernelKey)
    if (module instanceof OSString && !this.mayTerminate(module.getCStringNoCopy())) return kIOReturnUnsupported
    const doomed: IOService[] = []
    OSMetaClass.applyToInstancesOfClassName('IOService', (instance) => {
      const service = instance as IOService
      if (service.getPropertyTable().isEqualTo(matching, matching)) doomed.push(service)
      return false
    })
    for (const service of doomed) service.retain()
    for (const service of doomed) {
      if (!service.terminate()) return kIOReturnUnsupported
    }
    for (const service of doomed) service.release()
    for (const personality of this.all()) {
      if (!personality.table.isEqualTo(matching, matching)) continue
      this.remove(personality)
      personality.release()
    }
    return kIOReturnSuccess
  }

  /**
   * Terminates the services of a bundle; with `unload` also unloads it, which fails while instances remain.
   * @xnu iokit/Kernel/IOCatalogue.cpp terminateDriversForModule — faithful
   */
  terminateDriversForModule(bundleIdentifier: string, unload: boolean): IOReturn {
    const matching = toOSDictionary({ CFBundleIdentifierKernel: bundleIdentifier })
    let result = this.terminateDrivers(matching)
    matching.release()
    if (result === kIOReturnSuccess && unload) {
      result = getModuleLoader()?.unloadKextWithIdentifier(bundleIdentifier) ?? kOSKextReturnInUse
    }
    return result
  }

  /** Personalities of all classes, classes in order of their first. */
  all(): Personality[] {
    return [...this.personalities.values()].flat()
  }

  override serialize(serializer: OSSerialize): boolean {
    const dictionary = OSDictionary.withCapacity(1)
    dictionary.adopt('Generation', OSNumber.withNumber(this.generation, 32))
    const result = dictionary.serialize(serializer)
    dictionary.release()
    return result
  }

  /** Whether user space may end services of a bundle; says so when it is Apple's. */
  mayTerminate(bundleIdentifier: string): boolean {
    if (!bundleIdentifier.startsWith('com.apple.') && bundleIdentifier !== '__kernel__') return true
    const isAllowed = getModuleLoader()?.allowsUserTerminate(bundleIdentifier) ?? false
    IOLog(`${isAllowed ? '' : 'dis'}allowing kextunload terminate for bundleID ${bundleIdentifier}\n`)
    return isAllowed
  }

  private insert(table: OSDictionary): Personality | null {
    const providerClass = table.getObject(gIOProviderClassKey)
    if (!(providerClass instanceof OSString)) return null
    const name = providerClass.getCStringNoCopy()
    let bucket = this.personalities.get(name)
    if (bucket === undefined) {
      bucket = []
      this.personalities.set(name, bucket)
    }
    const personality = new Personality(table)
    const { signature } = personality
    if (bucket.some((known) => known.signature === signature && known.table.isEqualTo(table))) {
      personality.release()
      return null
    }
    bucket.push(personality)
    this.revision++
    return personality
  }

  private remove(personality: Personality): void {
    const bucket = this.personalities.get(personality.providerClass)
    const index = bucket?.indexOf(personality) ?? -1
    if (bucket === undefined || index === -1) return
    bucket.splice(index, 1)
    personality.isRemoved = true
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
    for (let step: OSMetaClass | null = metaClass; step !== null; step = step.superMetaClass) {
      found.push(...(this.personalities.get(step.className) ?? []))
      if (step.className === 'IOService') break
    }
    return found.sort((a, b) => b.score - a.score)
  }

  /** Registered services that one of the personalities matches publish themselves again. */
  private startMatchingFor(personalities: readonly Personality[]): void {
    const services = new Set<IOService>()
    for (const { table } of personalities) {
      const compiled = new CompiledTable(table)
      for (const service of registeredServices(compiled)) services.add(service)
    }
    for (const service of services) service.retain()
    for (const service of services) {
      service.registerService()
      service.release()
    }
  }
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
