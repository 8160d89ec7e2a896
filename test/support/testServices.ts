import {
  kIOMessageTaskAppSuspendedChange, kIOReturnSuccess, kIOReturnUnsupported,
} from '../../kernel/abi/index.ts'
import {
  IOBufferMemoryDescriptor, IOMemoryDescriptor, IOService, IOUserClient, IOUserClient2022, kIODirectionInOut,
  kIOMemoryKernelUserShared,
  kIOUCScalarIScalarO, kIOUCScalarIStructI, kIOUCScalarIStructO, kIOUCStructIStructO,
  kIOUCVariableStructureSize,
  releaseAsyncReference64, releaseNotificationPort, sendAsyncResult64,
} from '../../kernel/iokit/index.ts'
import type {
  ClientMemory, IOExternalMethod, IOExternalMethodArguments, IOExternalMethodDispatch,
  IOExternalMethodDispatch2022,
  IOExternalTrap, LegacyCall, NewUserClientResult, OSAsyncReference64,
} from '../../kernel/iokit/index.ts'
import { makeSendRightForTask } from '../../kernel/iokit/userclient/iokitPorts.ts'
import { OSBoolean, OSData, OSMetaClass, OSObject, OSString, defineMetaClass, type OSDictionary } from
  '../../kernel/libkern/index.ts'
import { IKOT_IOKIT_OBJECT, type Port, type Task } from '../../kernel/mach/index.ts'
import { scheduler, wait, WaitQueue, type Blocking, type KernelThread } from '../../kernel/sim/index.ts'
import { note } from './iokitStory.ts'

/** A service whose property `IOUserClientClass` names the class of its user clients. */
export class TestService extends IOService {
  static override readonly metaClass: OSMetaClass = defineMetaClass('TestService', TestService, IOService)

  /** With the property `Shared` there is one client for all. */
  override newUserClient(
    task: object, securityID: unknown, type: number, properties: OSDictionary | null,
  ): Blocking<NewUserClientResult> {
    const known = this.getProperty('Shared') === null ? null : this.getClient()
    if (known === null) return super.newUserClient(task, securityID, type, properties)
    known.retain()
    return { result: kIOReturnSuccess, client: known }
  }

  override setProperties(properties: OSObject): number {
    note(`setProperties ${properties.getMetaClass().className}`)
    return kIOReturnSuccess
  }
}

/** Sets a flag, or a text. */
function setValue(service: IOService, key: string, value: string | undefined): void {
  if (value === undefined || value === 'false') service.setProperty(key, value === undefined)
  else {
    const text = OSString.withCString(value)
    service.setProperty(key, text)
    text.release()
  }
}

/** Notes what happens to it and ends itself when it is closed. */
export class TestUserClient extends IOUserClient {
  static override readonly metaClass: OSMetaClass = defineMetaClass('TestUserClient', TestUserClient,
    IOUserClient)

  notificationPort: Port | null = null
  reference: OSAsyncReference64 | null = null
  readonly gate = new WaitQueue()

  override initWithTask(
    task: Task, securityID: unknown, type: number, properties: OSDictionary | null,
  ): boolean {
    return super.initWithTask(task, securityID, type, properties) && type !== 13
  }

  override start(provider: IOService): Blocking<boolean> {
    const policy = provider.getProperty('Policy')
    for (const word of policy instanceof OSString ? policy.toString().split(' ') : []) {
      const [key, value] = word.split('=') as [string, string | undefined]
      setValue(this, key, value)
    }
    return super.start(provider)
  }

  override clientClose(): number {
    note('clientClose')
    if (this.getProvider()?.getProperty('Keeps') == null && !this.isInactive()) this.terminate()
    return kIOReturnSuccess
  }

  override message(type: number): number {
    if (type === kIOMessageTaskAppSuspendedChange) note(`message ${(type >>> 0).toString(16)}`)
    return kIOReturnSuccess
  }

  override clientDied(): Blocking<number> {
    note('clientDied')
    return super.clientDied()
  }

  override getService(): IOService | null {
    return this.getProvider()
  }

  override registerNotificationPort(port: Port | null, type: number): number {
    if (type !== 0) return kIOReturnUnsupported
    if (this.notificationPort !== null) releaseNotificationPort(this.notificationPort)
    this.notificationPort = port
    return kIOReturnSuccess
  }

  override connectClient(client: IOUserClient): number {
    note(`connectClient ${client.getName()}`)
    return kIOReturnSuccess
  }

  override externalMethod(selector: number, args: IOExternalMethodArguments): Blocking<number> {
    const done = super.externalMethod(selector, args, rows[selector] ?? null)
    const isOurs = done === kIOReturnSuccess && args.asyncReference !== this.reference
    if (isOurs && args.asyncReference !== null) releaseAsyncReference64(args.asyncReference)
    return done
  }

  override getExternalMethodForIndex(index: number): IOExternalMethod | null {
    return legacyMethods(this)[index - 100] ?? null
  }

  override getExternalTrapForIndex(index: number): IOExternalTrap | null {
    return index === 0 ? (...words) => Number(words.reduce((sum, word) => sum + word, 0n)) : null
  }

  /** A driver that keeps an asynchronous call owns its send right. */
  keepReference(reference: OSAsyncReference64 | null): void {
    if (this.reference !== null) releaseAsyncReference64(this.reference)
    this.reference = reference
  }

  override free(): void {
    this.keepReference(null)
    if (this.notificationPort !== null) releaseNotificationPort(this.notificationPort)
    super.free()
  }
}

const COUNTS = {
  checkScalarInputCount: 0, checkStructureInputSize: 0, checkScalarOutputCount: 0,
  checkStructureOutputSize: 0,
}
const ANY = {
  checkScalarInputCount: kIOUCVariableStructureSize, checkStructureInputSize: kIOUCVariableStructureSize,
  checkScalarOutputCount: kIOUCVariableStructureSize, checkStructureOutputSize: kIOUCVariableStructureSize,
}

function echo(_client: TestUserClient, _reference: unknown, args: IOExternalMethodArguments): number {
  for (let i = 0; i < args.scalarOutputCount; i++) args.scalarOutput[i] = (args.scalarInput[i] ?? 0n) + 1n
  args.structureOutputSize = Math.min(args.structureInput.length, args.structureOutput.length)
  args.structureOutput.set(args.structureInput.subarray(0, args.structureOutputSize))
  const { structureInputDescriptor: input, structureOutputDescriptor: output } = args
  if (input !== null && output !== null && input.prepare() === kIOReturnSuccess
    && output.prepare() === kIOReturnSuccess) {
    const bytes = new Uint8Array(input.getLength())
    input.readBytes(0, bytes)
    args.structureOutputDescriptorSize = Math.min(bytes.length, output.getLength())
    output.writeBytes(0, bytes.subarray(0, args.structureOutputDescriptorSize))
    input.complete()
    output.complete()
  }
  return kIOReturnSuccess
}

function* sleep(client: TestUserClient): KernelThread<number> {
  note('enter')
  scheduler().assertWait(client.gate, scheduler().nowNs + 1_000_000)
  yield
  note('leave')
  return kIOReturnSuccess
}

/**
 * 0 echo of fixed size, 1 any echo, 2 no function, 3 sleeps, 4 output of any size, 5 starts, 6 ends an
 * asynchronous call.
 */
const rows: readonly IOExternalMethodDispatch<TestUserClient>[] = [
  { ...COUNTS, function: echo, checkScalarInputCount: 2, checkScalarOutputCount: 2,
    checkStructureInputSize: 8, checkStructureOutputSize: 8 },
  { ...ANY, function: echo },
  { ...COUNTS, function: null },
  { ...COUNTS, function: sleep },
  {
    ...ANY, function: (_client, _reference, args) => {
      if (args.structureVariableOutputData === null || args.scalarInput.length === 0) return kIOReturnSuccess
      args.structureVariableOutputData.value = OSData.withBytes(new Uint8Array(Number(args.scalarInput[0])))
      return kIOReturnSuccess
    },
  },
  {
    ...ANY, function: (client, _reference, args) => {
      if (args.asyncReference === null) return kIOReturnUnsupported
      client.keepReference(args.asyncReference)
      return kIOReturnSuccess
    },
  },
  {
    ...ANY, function: (client, _reference, args) => {
      return client.reference === null
        ? kIOReturnUnsupported
        : sendAsyncResult64(client.reference, 5, args.scalarInput)
    },
  },
]

function legacyMethods(object: TestUserClient): readonly IOExternalMethod[] {
  const func = (call: LegacyCall): number => {
    for (let i = 0; i < call.scalarOutput.length; i++) call.scalarOutput[i] = (call.scalarInput[i] ?? 0n) * 2n
    call.structureOutputSize = Math.min(call.structureOutput.length, 3)
    return kIOReturnSuccess
  }
  return [
    { object, func, flags: kIOUCScalarIScalarO, count0: 2, count1: 1 },
    { object, func, flags: kIOUCScalarIStructO, count0: 1, count1: kIOUCVariableStructureSize },
    { object, func, flags: kIOUCScalarIStructI, count0: 0, count1: 4 },
    { object, func, flags: kIOUCStructIStructO, count0: kIOUCVariableStructureSize, count1: 8 },
    { object, func, flags: kIOUCScalarIScalarO, count0: 7, count1: 0 },
    { object, func, flags: 9, count0: 0, count1: 0 },
    { object: null, func, flags: 0, count0: 0, count1: 0 },
    { object, func, flags: kIOUCScalarIScalarO | 0x10, count0: 0, count1: 0 },
  ]
}

/** What a 2022 client must publish, but for the entitlement. */
export class TestUserClient2022 extends IOUserClient2022 {
  static override readonly metaClass: OSMetaClass = defineMetaClass('TestUserClient2022', TestUserClient2022,
    IOUserClient2022)

  override start(provider: IOService): Blocking<boolean> {
    for (const key of ['', 'SetProperties',
      'SingleThreadExternalMethod']) this.setProperty(`IOUserClientDefaultLocking${key}`, true)
    const entitlement = provider.getProperty('Entitlement')
    if (entitlement !== null) this.setProperty('IOUserClientEntitlements', entitlement)
    return super.start(provider)
  }

  override clientClose(): number {
    note('clientClose')
    if (!this.isInactive()) this.terminate()
    return kIOReturnSuccess
  }
}

/** xnu's TestIOUserClient2022Entitlements: one entitlement to open, one more for selector 1. */
export class TestIOUserClient2022EntitlementsUserClient extends TestUserClient2022 {
  static override readonly metaClass: OSMetaClass = defineMetaClass(
    'TestIOUserClient2022EntitlementsUserClient', TestIOUserClient2022EntitlementsUserClient,
    TestUserClient2022)

  override start(provider: IOService): Blocking<boolean> {
    const isStarted = super.start(provider)
    setValue(this, 'IOUserClientEntitlements', 'com.apple.iokit.test-check-entitlement-open')
    return isStarted
  }

  override externalMethod(selector: number, args: IOExternalMethodArguments): Blocking<number> {
    void selector
    return this.dispatchExternalMethod(args, entitledRows)
  }
}

const entitledRows: readonly IOExternalMethodDispatch2022<TestIOUserClient2022EntitlementsUserClient>[] = [
  { ...COUNTS, function: () => kIOReturnSuccess, allowAsync: false, checkEntitlement: null },
  {
    ...COUNTS, function: () => kIOReturnSuccess, allowAsync: false,
    checkEntitlement: 'com.apple.iokit.test-check-entitlement-per-selector',
  },
]

/**
 * xnu's TestIOConnectMapMemoryPortLeak45265408: one page of memory; the property `Shared` makes connections
 * shared.
 */
export class TestMapMemoryUserClient extends TestUserClient {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('TestMapMemoryUserClient', TestMapMemoryUserClient, TestUserClient)

  private sharedMemory: IOBufferMemoryDescriptor | null = null

  override start(provider: IOService): Blocking<boolean> {
    if (provider.getProperty('Shared') !== null) {
      this.setProperty('IOUserClientSharedInstance', OSBoolean.withBoolean(true))
    }
    this.sharedMemory = IOBufferMemoryDescriptor.withOptions(kIODirectionInOut | kIOMemoryKernelUserShared,
      4096)
    return this.sharedMemory !== null && super.start(provider)
  }

  override clientMemoryForType(type: number): ClientMemory {
    if (type !== 0) return { result: kIOReturnUnsupported, options: 0, memory: null }
    this.sharedMemory?.retain()
    return { result: kIOReturnSuccess, options: 0, memory: this.sharedMemory }
  }

  override stop(provider: IOService): Blocking<void> {
    this.sharedMemory?.release()
    this.sharedMemory = null
    return super.stop(provider)
  }
}

/** xnu's TestIODeviceMemoryRosetta: device memory that begins 4 KiB into a page. */
export class TestDeviceMemoryUserClient extends TestUserClient {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('TestDeviceMemoryUserClient', TestDeviceMemoryUserClient, TestUserClient)

  static readonly address = 2 * 1024 * 1024 + 4096
  private readonly device = IOMemoryDescriptor.withAddressRange(TestDeviceMemoryUserClient.address, 4096,
    kIODirectionInOut, null)

  override clientMemoryForType(): ClientMemory {
    this.device?.retain()
    return { result: kIOReturnSuccess, options: 0, memory: this.device }
  }

  override free(): void {
    this.device?.release()
    super.free()
  }
}

/** Stands for a service that a test made: with its last right the service ends. */
export class TestServiceHandle extends OSObject {
  static override readonly metaClass: OSMetaClass = defineMetaClass('TestServiceHandle', TestServiceHandle,
    OSObject)

  private service: IOService | null = null

  /** Takes the reference over. */
  static withService(service: IOService): TestServiceHandle {
    const made = new TestServiceHandle()
    made.service = service
    return made
  }

  userReferencesGone(): void {
    this.service?.terminate()
    this.service?.release()
    this.service = null
  }
}

const EPERM = 1
const ENOENT = 2
const EINVAL = 22

/**
 * xnu's sysctl `kern.iokit_test_service_setup`: makes a service of a class below IOResources and gives the
 * task a right that ends it.
 */
export function* setUpTestService(
  task: Task, className: string,
): KernelThread<{ errno: number; name: number }> {
  const failed = (errno: number): { errno: number; name: number } => ({ errno, name: 0 })
  if (!task.hasEntitlement('com.apple.iokit.test-service-management')) return failed(EPERM)
  const resources = IOService.getResourceService()
  const object = OSMetaClass.allocClassWithName(className)
  if (resources === null || object === null) return failed(ENOENT)
  const isStarted = object instanceof IOService && object.init() && object.attach(resources)
    && (yield* wait(object.start(resources)))
  if (!isStarted) {
    if (object instanceof IOService) object.detach(resources)
    object.release()
    return failed(EINVAL)
  }
  const handle = TestServiceHandle.withService(object)
  const name = makeSendRightForTask(task, handle, IKOT_IOKIT_OBJECT)
  handle.release()
  return { errno: 0, name }
}

/** A service that will not start. */
export class TestUnwillingService extends TestService {
  static override readonly metaClass: OSMetaClass = defineMetaClass('TestUnwillingService',
    TestUnwillingService, TestService)

  override start(): boolean {
    return false
  }
}

/** A user client that will not start. */
export class TestUnwillingUserClient extends TestUserClient {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('TestUnwillingUserClient', TestUnwillingUserClient, TestUserClient)

  override start(): boolean {
    return false
  }
}

export const testServiceClasses: readonly OSMetaClass[] = [
  TestService, TestUserClient, TestUserClient2022, TestIOUserClient2022EntitlementsUserClient,
  TestMapMemoryUserClient,
  TestUnwillingUserClient, TestDeviceMemoryUserClient, TestServiceHandle, TestUnwillingService,
].map((each) => each.metaClass)
