import { IOKit, type MigRoutine } from '../../kernel/abi/index.ts'
import { IOService } from '../../kernel/iokit/index.ts'
import {
  OSSerialize, fromOSObject, registerClasses, toOSDictionary, type PlainValue,
} from '../../kernel/libkern/index.ts'
import {
  msgbufLines, task_create, task_terminate, type EntitlementValue, type Task,
} from '../../kernel/mach/index.ts'
import {
  host_get_io_main, mach_host_self, mach_msg_receive, mach_port_deallocate, mach_port_get_refs, mach_rpc,
  mach_task_self,
  MACH_PORT_RIGHT_SEND, type ReceivedMessage, type RpcResult,
} from '../../kernel/mach/user.ts'
import { scheduler, type KernelThread } from '../../kernel/sim/index.ts'
import { Story } from './iokitStory.ts'
import { installPlainMemory } from './machStory.ts'
import { TestService, testServiceClasses } from './testServices.ts'

/** A story with user tasks that call I/O Kit through messages. */
export class UserStory extends Story {
  private nextPid = 100
  private logAt = 0

  constructor(pageSizeBytes = 4096) {
    super()
    this.do(() => {
      installPlainMemory(4 * 1024 * 1024, pageSizeBytes)
      registerClasses('com.example.test', testServiceClasses)
    })
  }

  /** Makes a service below IOResources, as xnu's helper does, and lets it match. */
  service(userClientClass: string | null, properties: Record<string, PlainValue> = {}): TestService {
    const service = this.do(() => {
      const made = new TestService()
      const table = toOSDictionary({
        ...properties, ...(userClientClass === null ? {} : { IOUserClientClass: userClientClass }),
      })
      made.init(table)
      table.release()
      made.setName('TestService')
      made.attach(IOService.getResourceService())
      made.start(IOService.getResourceService()!)
      made.registerService()
      made.release()
      return made
    })
    this.run()
    this.take()
    return service
  }

  task(
    name: string, options: { uid?: number; entitlements?: Readonly<Record<string, EntitlementValue>> } = {},
  ): Task {
    return this.do(() => task_create({
      pid: this.nextPid++, name, uid: options.uid ?? 501,
      entitlements: new Map(Object.entries(options.entitlements ?? {})),
    }))
  }

  end(task: Task): void {
    this.do(() => task_terminate(task))
    this.run()
  }

  /** One call, as a MIG stub makes it, on a thread of the task. */
  call(task: Task, port: number, routine: MigRoutine, ...body: readonly unknown[]): RpcResult {
    return this.inTask(task, () => mach_rpc(task, port, routine.id, body, routine.portSlots))
  }

  /** Runs a body on a thread of the task. */
  inTask<T>(task: Task, body: () => KernelThread<T>, ns = 1e12): T {
    const result: { value?: T } = {}
    this.do(() => scheduler().spawn('user', (function* (): KernelThread { result.value = yield* body() })(),
      task))
    this.run(ns)
    return result.value as T
  }

  /** What the call answers with, or its code in hex. */
  ask(task: Task, port: number, routine: MigRoutine, ...body: readonly unknown[]): unknown {
    const { transport, code, body: answer } = this.call(task, port, routine, ...body)
    if (transport !== 0) return `transport 0x${(transport >>> 0).toString(16)}`
    return code === 0 ? answer : hex(code)
  }

  mainPort(task: Task): number {
    return this.do(() => host_get_io_main(task, mach_host_self(task)))
  }

  self(task: Task): number {
    return this.do(() => mach_task_self(task))
  }

  refs(task: Task, name: number): number {
    return this.do(() => mach_port_get_refs(task, name, MACH_PORT_RIGHT_SEND).refs)
  }

  release(task: Task, name: number): void {
    this.do(() => mach_port_deallocate(task, name))
    this.run()
  }

  /** The task's name for a service. */
  lookUp(task: Task, service: IOService): number {
    const id = this.do(() => service.getRegistryEntryID())
    const [name] = this.ask(task, this.mainPort(task), IOKit.service_get_matching_service_bin,
      this.serialized({ IORegistryEntryID: id })) as [number]
    return name
  }

  /** `IOServiceOpen`: the driver's answer, and the connection's name. */
  open(task: Task, service: IOService, type = 0): { result: string; connection: number } {
    const name = this.lookUp(task, service)
    const { code, body } = this.call(task, name, IOKit.service_open_extended, this.self(task), type, null)
    this.release(task, name)
    const [result, connection] = code === 0 ? body as [number, number] : [code, 0]
    return { result: hex(result), connection }
  }

  serialized(value: Record<string, PlainValue>): Uint8Array {
    return this.do(() => {
      const table = toOSDictionary(value)
      const serializer = OSSerialize.binaryWithCapacity(64)
      table.serialize(serializer)
      const bytes = serializer.getBytes().slice()
      serializer.release()
      table.release()
      return bytes
    })
  }

  /** Messages that wait on a port of the task, oldest first. */
  drain(task: Task, name: number): ReceivedMessage[] {
    const got: ReceivedMessage[] = []
    this.inTask(task, function* () {
      for (;;) {
        const { message } = yield* mach_msg_receive(task, name, 0)
        if (message === null) return
        got.push(message)
      }
    })
    return got
  }

  /** Log lines since the last call. */
  log(): string[] {
    const { next, lines } = this.do(() => msgbufLines(this.logAt))
    this.logAt = next
    return lines.map((line) => line.text)
  }

  properties(service: IOService): Map<string, unknown> {
    return this.do(() => {
      const table = service.dictionaryWithProperties()
      const plain = fromOSObject(table)
      table.release()
      return plain as Map<string, unknown>
    })
  }
}

export function hex(code: number): string {
  return `0x${(code >>> 0).toString(16)}`
}

