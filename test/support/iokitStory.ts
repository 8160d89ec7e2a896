import { gIOCatalogue, IOResources, IOService, IOUserResources, InitIOKit, initializeIOKit, StartIOKitMatching } from
  '../../kernel/iokit/index.ts'
import {
  OSArray, OSBoolean, OSMetaClass, OSNumber, defineMetaClass, registerClasses, toOSDictionary,
  type OSString,
} from '../../kernel/libkern/index.ts'
import type { OSMetaClass as MetaClass, PlainValue } from '../../kernel/libkern/index.ts'
import { Simulation, WaitQueue, kernelState, scheduler, type Blocking, type KernelThread } from
  '../../kernel/sim/index.ts'

const happenings = kernelState((): string[] => [])

/** Notes one event of the story. */
export function note(text: string): void {
  happenings().push(text)
}

/** A nub that drivers of a story match. Its family key `StoryKey` must equal; `StoryBonus` is added to the score. */
export class StoryNub extends IOService {
  static override readonly metaClass: MetaClass = defineMetaClass('StoryNub', StoryNub, IOService)

  override matchPropertyTable(table: Parameters<IOService['matchPropertyTable']>[0], score: { value: number }): boolean {
    const bonus = table.getObject('StoryBonus')
    if (bonus instanceof OSNumber) score.value += bonus.unsigned32BitValue() | 0
    return this.compareProperty(table, 'StoryKey')
  }
}

/** The root of a story: no driver of the story matches it. */
export class StoryRoot extends IOService {
  static override readonly metaClass: MetaClass = defineMetaClass('StoryRoot', StoryRoot, IOService)

  override matchPropertyTable(): boolean {
    return false
  }
}

export class StorySubNub extends StoryNub {
  static override readonly metaClass: MetaClass = defineMetaClass('StorySubNub', StorySubNub, StoryNub)
}

/**
 * A driver that does what its personality says: `Probe` (false: NULL; number: added to the score), `Start` (false),
 * `Init` (false), `Nubs` (names of nubs it publishes), `Opens` (keeps its provider open), `SleepNs` (start blocks),
 * `Closes` (closes when told).
 */
export class StoryDriver extends IOService {
  static override readonly metaClass: MetaClass = defineMetaClass('StoryDriver', StoryDriver, IOService)

  override init(dictionary: Parameters<IOService['init']>[0] = null): boolean {
    return super.init(dictionary) && !this.refuses('Init')
  }

  override probe(_provider: IOService, score: { value: number }): IOService | null {
    note(`${this.getName()} probe ${score.value}`)
    if (this.refuses('Probe')) return null
    const change = this.getProperty('Probe')
    if (change instanceof OSNumber) score.value += change.unsigned32BitValue() | 0
    return this
  }

  override *start(provider: IOService): KernelThread<boolean> {
    note(`${this.getName()} start`)
    const sleep = this.getProperty('SleepNs')
    if (sleep instanceof OSNumber) {
      scheduler().assertWait(new WaitQueue(), scheduler().nowNs + sleep.numberValue())
      yield
    }
    if (this.refuses('Start')) return false
    if (this.getProperty('Opens') !== null) provider.open(this)
    const nubs = this.getProperty('Nubs')
    for (const name of nubs instanceof OSArray ? nubs.values() : []) this.publishNub((name as OSString).toString())
    note(`${this.getName()} started`)
    return true
  }

  override stop(provider: IOService): void {
    note(`${this.getName()} stop from ${provider.getName()}`)
  }

  override message(type: number, provider: IOService | null): number {
    note(`${this.getName()} message ${(type >>> 0).toString(16)}`)
    if (type === 0xe0000100 && this.getProperty('Closes') !== null) provider?.close(this)
    return 0
  }

  override willTerminate(provider: IOService): boolean {
    note(`${this.getName()} willTerminate ${provider.getName()}`)
    return true
  }

  override didTerminate(provider: IOService, options: number, defer: { value: boolean }): Blocking<boolean> {
    note(`${this.getName()} didTerminate ${provider.getName()}`)
    return super.didTerminate(provider, options, defer)
  }

  override *finalize(options: number): KernelThread<boolean> {
    note(`${this.getName()} finalize`)
    return yield* super.finalize(options)
  }

  override free(): void {
    note(`${this.getName()} free`)
    super.free()
  }

  private refuses(key: string): boolean {
    const value = this.getProperty(key)
    return value instanceof OSBoolean && value.isFalse()
  }

  private publishNub(name: string): void {
    const nub = newNub({ IOName: name })
    nub.attach(this)
    nub.registerService()
    nub.release()
  }
}

/** A nub with properties, one reference. */
export function newNub(properties: Record<string, PlainValue> = {}, nub: StoryNub = new StoryNub()): StoryNub {
  const table = toOSDictionary(properties)
  nub.init(table)
  table.release()
  return nub
}

/** One world with a root nub, resources, and story classes; time runs when asked. */
export class Story {
  readonly simulation = new Simulation(1)
  root!: StoryRoot

  constructor(bootArgs = '', hasDaemon = false) {
    this.do(() => {
      registerClasses('com.example.story', [StoryRoot.metaClass, StoryNub.metaClass, StorySubNub.metaClass, StoryDriver.metaClass])
      initializeIOKit({ kernelVersion: 'test', osBuild: '24A1', bootArgs, timeoutExtensions: 1, hasDaemon })
      this.root = new StoryRoot()
      this.root.init()
      this.root.setName('root')
      InitIOKit(this.root)
      IOResources.resources().release()
      IOUserResources.resources().release()
      StartIOKitMatching()
    })
    this.run()
    this.take()
  }

  do<T>(body: () => T): T {
    return this.simulation.enter(body)
  }

  /** Lets virtual time pass; at most that long. */
  run(ns = 1e9): this {
    this.do(() => scheduler().run(scheduler().nowNs + ns, 1_000_000))
    return this
  }

  /** Runs a body on a thread of its own, to its end, and answers its result. */
  thread<T>(body: () => KernelThread<T>, ns = 1e12): T {
    const result: { value?: T } = {}
    this.do(() => scheduler().spawn('story', (function* (): KernelThread { result.value = yield* body() })()))
    this.run(ns)
    return result.value as T
  }

  /** What happened since the last call. */
  take(): string[] {
    return this.do(() => happenings().splice(0))
  }

  /** Adds personalities for `StoryNub` with class `StoryDriver`, unless they say otherwise. */
  personalities(list: readonly Record<string, PlainValue>[], doNubMatching = true): void {
    this.do(() => {
      const array = OSArray.withCapacity(list.length)
      for (const each of list) array.adopt(toOSDictionary({ IOClass: 'StoryDriver', IOProviderClass: 'StoryNub', ...each }))
      gIOCatalogue().addDrivers(array, doNubMatching)
      array.release()
    })
  }

  /** Publishes a nub below the root and lets it match. */
  nub(properties: Record<string, PlainValue> = {}, nub?: StoryNub): StoryNub {
    const made = this.do(() => {
      const each = newNub({ IOName: 'nub', ...properties }, nub ?? new StoryNub())
      each.attach(this.root)
      each.registerService()
      each.release()
      return each
    })
    this.run()
    return made
  }

  /** Names of the clients of a service. */
  clientNames(service: IOService): string[] {
    return this.do(() => service.clients().map((client) => client.getName()))
  }

  instances(metaClass: MetaClass): number {
    return this.do(() => metaClass.getInstanceCount())
  }

  classCounts(): Map<string, number> {
    return this.do(() => OSMetaClass.classCounts())
  }
}
