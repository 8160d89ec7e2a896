import { describe, expect, test } from 'vitest'
import { UserStory, hex } from '../../../test/support/userStory.ts'
import { IOKit } from '../../abi/index.ts'
import {
  clientHasPrivilege, copyClientEntitlement, iokit_task_app_suspended_changed, registerFilterCallbacks,
  sendAsyncResult64WithOptions, setAsyncReference, setAsyncReference64, setIOKitPolicies, type IOUserClient,
} from '../index.ts'
import { OSArray, OSMetaClass, fromOSObject, toOSObject } from '../../libkern/index.ts'
import { IKOT_IOKIT_CONNECT, firstPanic, kernel_task, makeSendRight, type Task } from '../../mach/index.ts'
import { mach_port_allocate, mach_port_type, mach_rpc, MACH_PORT_RIGHT_RECEIVE, MACH_PORT_TYPE_DEAD_NAME,
  trap } from
  '../../mach/user.ts'
import { getRegistryRoot } from '../registry/index.ts'
import { objectOfName } from './iokitPorts.ts'

const NOT_PRIVILEGED = '0xe00002c1'
const BAD_ARGUMENT = '0xe00002c2'
const UNSUPPORTED = '0xe00002c7'
const NO_COMPLETION = '0xe00002ea'
const IPC_ERROR = '0xe00002bf'
const NOT_PERMITTED = '0xe00002e2'
const NO_BYTES = new Uint8Array(0)

function classOf(story: UserStory, name: string): OSMetaClass {
  return story.do(() => OSMetaClass.metaClassWithName(name)!)
}

/** A log line of a count check. */
function mismatch(where: string, what: string, counts: string): string {
  return `shim_io_connect_method_${where} TestUserClient: IOUserClient ${what} count mismatch ${counts}`
}

function clientOf(story: UserStory, task: Task, connection: number): IOUserClient {
  return story.do(() => objectOfName(task, connection, IKOT_IOKIT_CONNECT)) as IOUserClient
}

/** `IOConnectCallMethod` with small structures. */
function callMethod(
  story: UserStory, task: Task, connection: number, selector: number,
  given: { scalars?: readonly bigint[]; bytes?: Uint8Array; outScalars?: number; outBytes?: number } = {},
): unknown {
  const { scalars = [], bytes = NO_BYTES, outScalars = 0, outBytes = 0 } = given
  return story.ask(task, connection, IOKit.connect_method, selector, scalars, bytes, 0, 0, outBytes,
    outScalars, 0, 0)
}

function opened(userClientClass = 'TestUserClient', properties: Record<string, string | boolean> = {}): {
  story: UserStory; task: Task; connection: number
} {
  const story = new UserStory()
  const task = story.task('app')
  const { connection } = story.open(task, story.service(userClientClass, properties))
  story.take()
  return { story, task, connection }
}

describe('opening', () => {
  test('each way in which a service makes no client has its code', () => {
    const story = new UserStory()
    const task = story.task('app')
    const codes = [
      story.open(task, story.service(null)).result, story.open(task, story.service('NoSuchClass')).result,
      story.open(task, story.service('TestService')).result,
      story.open(task, story.service('TestUserClient'), 13).result,
      story.open(task, story.service('TestUnwillingUserClient')).result,
      story.open(task, story.service('TestUserClient')).result,
    ]
    expect(codes).toEqual([UNSUPPORTED, '0xe00002bd', UNSUPPORTED, BAD_ARGUMENT, UNSUPPORTED, '0x0'])
    expect([story.instances(classOf(story, 'TestUnwillingUserClient')),
      story.instances(classOf(story, 'TestUserClient'))])
      .toEqual([0, 1])
  })

  test('only a service is opened, only for oneself, and without properties', () => {
    const story = new UserStory()
    const [task, other] = [story.task('app'), story.task('other')]
    const service = story.service('TestUserClient')
    const name = story.lookUp(task, service)
    const otherSelf = story.do(() => other.selfPort)
    expect([
      story.ask(task, story.mainPort(task), IOKit.service_open_extended, story.self(task), 0, null),
      story.ask(task, name, IOKit.service_open_extended, 0, 0, null),
      story.ask(task, name, IOKit.service_open_extended, story.mainPort(task), 0, null),
      story.ask(task, name, IOKit.service_open_extended, story.self(task), 0, new Uint8Array(4)),
    ]).toEqual([BAD_ARGUMENT, BAD_ARGUMENT, BAD_ARGUMENT, UNSUPPORTED])
    expect(otherSelf.kobject).toBe(other)
  })

  test('a client carries its creator, and takes its locking policy from its properties', () => {
    const story = new UserStory()
    const task = story.task('app')
    const policies = ['', 'IOUserClientDefaultLocking', 'IOUserClientDefaultLocking=false',
      'IOUserClientDefaultLockingSetProperties IOUserClientDefaultLockingSingleThreadExternalMethod=no']
    const flags = policies.map((Policy) => {
      const service = story.service('TestUserClient', { Policy })
      story.open(task, service)
      const client = story.do(() => service.getClient()) as unknown as Record<string, unknown>
      return ['', 'SetProperties', 'SingleThreadExternalMethod'].map((key) => client[`defaultLocking${key}`])
    })
    expect(flags).toEqual([[true, false, false], [true, false, false], [false, false, false],
      [false, true, true]])
    const service = story.service('TestUserClient')
    story.open(task, service)
    expect([...story.properties(story.do(() => service.getClient()!))]).toEqual([
      ['IOUserClientCreator', 'pid 100, app'], ['IOUserClientDefaultLocking', true],
    ])
  })

  test('a 2022 client needs all three policies, and says who may open it', () => {
    const story = new UserStory()
    const task = story.task('app', { entitlements: { good: true, odd: 'yes' } })
    story.log()
    const attempt = (Entitlement: string | boolean | null): string => {
      return story.open(task, story.service('TestUserClient2022', Entitlement === null
        ? {}
        : { Entitlement })).result
    }
    expect([attempt(null), attempt(true), attempt('missing'), attempt('odd'), attempt('good'),
      attempt(false)])
      .toEqual([NOT_PRIVILEGED, NOT_PRIVILEGED, NOT_PRIVILEGED, NOT_PRIVILEGED, '0x0', '0x0'])
    expect(story.log()).toEqual([
      'IOUC TestUserClient2022 missing IOUserClientEntitlements property',
      'IOUC TestUserClient2022 had IOUserClientEntitlementswith value not boolean false or string',
      'IOUC TestUserClient2022 missing entitlement in process pid 100, app',
      'IOUC TestUserClient2022 missing entitlement in process pid 100, app',
    ])
  })

  test('access control and the sandbox refuse with their own codes, and the client is closed', () => {
    const story = new UserStory()
    const task = story.task('app')
    const service = story.service('TestUserClient')
    story.log()
    story.take()
    let sandbox = 0xe00002c5
    expect(story.do(() => registerFilterCallbacks({
      resolve: () => ({ result: sandbox, policy: {} }),
      apply: (_client, _policy, kind, selector) => kind === 1 && selector === 1 ? 0xe00002e2 : 0,
    }))).toBe(0)
    expect([story.open(task, service).result, story.take()]).toEqual(['0xe00002c5', ['clientClose']])
    story.do(() => setIOKitPolicies({ checkOpen: () => true }))
    expect(story.open(task, service).result).toBe(NOT_PERMITTED)
    story.do(() => setIOKitPolicies({ checkOpenService: () => true }))
    expect(story.open(task, service).result).toBe(NOT_PERMITTED)
    expect(story.log()).toEqual([
      'IOUC TestUserClient failed sandbox in process pid 100, app',
      'IOUC TestUserClient failed MACF in process pid 100, app',
    ])
    story.do(() => setIOKitPolicies({}))
    sandbox = 0
    const { connection } = story.open(task, service)
    expect([callMethod(story, task, connection, 1),
      callMethod(story, task, connection, 2)]).toEqual([NOT_PERMITTED, NO_COMPLETION])
  })

  test('a classic client whose entitlement is neither text nor false stops the machine', () => {
    const story = new UserStory()
    const task = story.task('app')
    const service = story.service('TestUserClient', { Policy: 'IOUserClientEntitlements' })
    expect(() => story.open(task, service)).toThrow('page-fault')
    expect(story.do(() => firstPanic()?.fault?.address)).toBe(0n)
  })
})

describe('entitlements of a 2022 client (xnu IOUserClient2022_entitlements)', () => {
  const open = 'com.apple.iokit.test-check-entitlement-open'
  const perSelector = 'com.apple.iokit.test-check-entitlement-per-selector'

  test('entitled: selector 0 is callable, selector 1 needs its own entitlement', () => {
    const story = new UserStory()
    const service = story.service('TestIOUserClient2022EntitlementsUserClient')
    const codes = [{ [open]: true }, { [open]: true, [perSelector]: true }].map((entitlements) => {
      const task = story.task('entitled', { entitlements })
      const { result, connection } = story.open(task, service)
      return [result, ...[0, 1, 2].map((selector) => callMethod(story, task, connection, selector)),
        callMethod(story, task, connection, 0, { scalars: [1n] })]
    })
    const done = [NO_BYTES, [], 0]
    expect(codes).toEqual([
      ['0x0', done, NOT_PRIVILEGED, BAD_ARGUMENT, BAD_ARGUMENT],
      ['0x0', done, done, BAD_ARGUMENT, BAD_ARGUMENT],
    ])
  })

  test('unentitled: the open is refused', () => {
    const story = new UserStory()
    const service = story.service('TestIOUserClient2022EntitlementsUserClient')
    expect(story.open(story.task('unentitled'), service)).toEqual({ result: NOT_PRIVILEGED, connection: 0 })
  })

  test('an asynchronous call of a row that is synchronous only is a bad argument', () => {
    const story = new UserStory()
    const task = story.task('entitled', { entitlements: { [open]: true } })
    const { connection } = story.open(task, story.service('TestIOUserClient2022EntitlementsUserClient'))
    const port = story.do(() => mach_port_allocate(task, MACH_PORT_RIGHT_RECEIVE).name)
    expect(story.ask(task, connection, IOKit.connect_async_method, port, [0n], 0, [], NO_BYTES, 0, 0, 0, 0,
      0, 0)).toBe(BAD_ARGUMENT)
  })

  test('calling the classic form of a 2022 client stops the machine', () => {
    const story = new UserStory()
    const task = story.task('app')
    const { connection } = story.open(task, story.service('TestUserClient2022', { Entitlement: false }))
    expect(() => callMethod(story, task, connection,
      0)).toThrow('wrong externalMethod for IOUserClient2022 @IOUserClient.cpp:6462')
  })
})

describe('external methods', () => {
  test('counts and sizes are compared with the row, and a row without function has no completion', () => {
    const { story, task, connection } = opened()
    const right = { scalars: [1n, 2n], bytes: new Uint8Array(8).fill(7), outScalars: 2, outBytes: 8 }
    const call = (change: Partial<typeof right>, selector = 0): unknown => callMethod(story, task,
      connection, selector, { ...right, ...change })
    expect(call({})).toEqual([new Uint8Array(8).fill(7), [2n, 3n], 0])
    expect([
      call({ scalars: [1n] }), call({ bytes: new Uint8Array(7) }), call({ outScalars: 1 }),
      call({ outBytes: 9 }),
      call({ scalars: [], bytes: NO_BYTES, outScalars: 0, outBytes: 0 }, 2), call({}, 99),
    ]).toEqual([BAD_ARGUMENT, BAD_ARGUMENT, BAD_ARGUMENT, BAD_ARGUMENT, NO_COMPLETION, UNSUPPORTED])
  })

  test('memory out of line must be larger than a page of 4096 bytes', () => {
    const { story, task, connection } = opened()
    const address = story.do(() => task.map.allocate(16_384).address)
    story.do(() => task.map.write(address, new Uint8Array(8192).fill(3)))
    const call = (inSize: number, outSize: number, at = address): unknown => {
      return story.ask(task, connection, IOKit.connect_method, 1, [], NO_BYTES, at, inSize, 0, 0, address
        + 8192, outSize)
    }
    expect([call(4096, 8192), call(8192, 4096), call(8192, 0x1_0000_0000), call(8192, 5000)])
      .toEqual([IPC_ERROR, IPC_ERROR, IPC_ERROR, [NO_BYTES, [], 5000]])
    const bytes = new Uint8Array(5001)
    story.do(() => task.map.read(address + 8192, bytes))
    expect([bytes[0], bytes[4999], bytes[5000]]).toEqual([3, 3, 0])
  })

  test('output of any size comes in memory of its own; without any it is an underrun', () => {
    const { story, task, connection } = opened()
    const call = (scalars: readonly bigint[]): unknown => {
      return story.ask(task, connection, IOKit.connect_method_var_output, 4, scalars, NO_BYTES, 0, 0, 0, 0)
    }
    expect(call([9000n])).toEqual([NO_BYTES, [], new Uint8Array(9000)])
    expect(call([])).toBe('0xe00002e7')
  })

  test('old tables check counts, cut scalars to 32 bits and log what is wrong', () => {
    const { story, task, connection } = opened()
    story.log()
    const call = (index: number, given: Parameters<typeof callMethod>[4]): unknown => callMethod(story, task,
      connection, 100 + index, given)
    expect([
      call(0, { scalars: [0x1_8000_0001n, 0n], outScalars: 1 }), call(1, { scalars: [0n], outBytes: 10 }),
      call(2, { bytes: new Uint8Array(4) }), call(3, { bytes: new Uint8Array(5), outBytes: 8 }),
    ]).toEqual([[NO_BYTES, [2n], 0], [new Uint8Array(3), [], 0], [NO_BYTES, [], 0],
    [new Uint8Array(3), [], 0]])
    expect([
      call(0, { scalars: [1n], outScalars: 1 }), call(0, { scalars: [1n, 1n], outScalars: 2 }),
      call(2, { bytes: new Uint8Array(3) }),
      call(3, { outBytes: 9 }), call(4, { scalars: [1n, 1n, 1n, 1n, 1n, 1n, 1n] }), call(5, {}), call(6, {}),
      call(7, {}),
    ]).toEqual([
      BAD_ARGUMENT, BAD_ARGUMENT, BAD_ARGUMENT, BAD_ARGUMENT, BAD_ARGUMENT, BAD_ARGUMENT, UNSUPPORTED,
      [NO_BYTES, [], 0],
    ])
    expect(story.log()).toEqual([
      mismatch('scalarI_scalarO:5278', 'inputCount', '0x1 0x2'),
      mismatch('scalarI_scalarO:5283', 'outputCount', '0x2 0x1'),
      mismatch('scalarI_structureI:5829', 'outputCount', '0x3 0x4 0xffffffff'),
      mismatch('structureI_structureO:5999', 'outputCount', '0x9 0x8 0xffffffff'),
      'TestUserClient: Bad method table',
    ])
    story.do(() => { task.isGpuDenied = true })
    expect(call(7, {})).toBe(NOT_PERMITTED)
  })

  test('calls share the lock, unless the client wants one at a time', () => {
    const order = ['',
      'IOUserClientDefaultLocking IOUserClientDefaultLockingSingleThreadExternalMethod'].map((Policy) => {
      const { story, task, connection } = opened('TestUserClient', { Policy })
      for (let i = 0; i < 2; i++) {
        story.inTask(task,
          () => mach_rpc(task, connection, IOKit.connect_method.id, [3, [], NO_BYTES, 0, 0, 0, 0, 0, 0]), 0)
      }
      story.run()
      return story.take()
    })
    expect(order).toEqual([['enter', 'enter', 'leave', 'leave'], ['enter', 'leave', 'enter', 'leave']])
  })

  test('a trap gets its words; without one there is success, without a connection a bad argument', () => {
    const { story, task, connection } = opened()
    const call = (name: number, index: number): unknown => {
      return story.inTask(task, () => trap(task, 'iokit_user_client_trap', name, index, 1n, 2n, 3n)).value
    }
    expect([call(connection, 0), call(connection, 1), call(story.mainPort(task), 0),
      call(0, 0)].map((value) => hex(Number(value))))
      .toEqual(['0x6', '0x0', BAD_ARGUMENT, BAD_ARGUMENT])
  })
})

describe('asynchronous calls', () => {
  const ask = (story: UserStory, task: Task, connection: number, port: number, words: readonly bigint[],
    selector = 5): unknown => {
    return story.ask(task, connection, IOKit.connect_async_method, port, words, selector, [], NO_BYTES, 0, 0,
      0, 0, 0, 0)
  }

  test('without a word of reference a call is a bad argument (xnu ioconnectasyncmethod_57641955)', () => {
    const { story, task, connection } = opened()
    const port = story.do(() => mach_port_allocate(task, MACH_PORT_RIGHT_RECEIVE).name)
    const wake = story.do(() => task.space.lookup(port)!.port!)
    expect([ask(story, task, connection, port, []),
      ask(story, task, connection, port, Array.from({ length: 9 }, () => 0n))])
      .toEqual([BAD_ARGUMENT, '0xfffffed0'])
    expect([ask(story, task, connection, port, [0n], 2), wake.sendRights]).toEqual([NO_COMPLETION, 0])
  })

  test('the result comes as message 53 of type 150 with the caller\'s words but the first', () => {
    const { story, task, connection } = opened()
    const port = story.do(() => mach_port_allocate(task, MACH_PORT_RIGHT_RECEIVE).name)
    expect(ask(story, task, connection, port, [9n, 0x1111n, 0x2222n])).toEqual([NO_BYTES, [], 0])
    expect(callMethod(story, task, connection, 6, { scalars: [4n, 5n] })).toEqual([NO_BYTES, [], 0])
    expect(callMethod(story, task, connection, 6,
      { scalars: Array.from({ length: 16 }, () => 1n) })).toEqual([NO_BYTES, [], 0])
    const [first, second] = story.drain(task, port)
    expect(first).toMatchObject({
      id: 53, remotePort: 0, body: [{ size: 20, type: 150, reference: [0n, 0x1111n, 0x2222n] }, 5, [4n, 5n]],
    })
    expect(second?.body[0]).toMatchObject({ size: 132 })
  })

  test('a port for notifications belongs to the client on success and comes back on failure', () => {
    const { story, task, connection } = opened()
    const port = story.do(() => mach_port_allocate(task, MACH_PORT_RIGHT_RECEIVE).name)
    const wake = story.do(() => task.space.lookup(port)!.port!)
    const set = (type: number): unknown => story.ask(task, connection,
      IOKit.connect_set_notification_port_64, type, port, 0)
    expect([set(1), wake.sendRights, set(0), wake.sendRights, set(0), wake.sendRights]).toEqual([UNSUPPORTED,
      0, [], 1, [], 1])
    story.ask(task, connection, IOKit.service_close)
    story.release(task, connection)
    expect(wake.sendRights).toBe(0)
  })
})

describe('the end of a connection', () => {
  test('it closes once, and its names are dead when it terminates', () => {
    const { story, task, connection } = opened()
    expect(story.ask(task, connection, IOKit.service_close)).toEqual([])
    expect(story.take()).toEqual(['clientClose'])
    expect(story.do(() => mach_port_type(task, connection).type)).toBe(MACH_PORT_TYPE_DEAD_NAME)
    expect(story.ask(task, connection, IOKit.service_close)).toBe('transport 0x10000003')
  })

  test('a client that lives on hears of one close only; the next is logged', () => {
    const { story, task, connection } = opened('TestUserClient', { Keeps: true })
    story.log()
    expect([0, 1].map(() => story.ask(task, connection, IOKit.service_close))).toEqual([[], []])
    story.release(task, connection)
    expect([story.take(), story.log()]).toEqual([
      ['clientClose', 'clientDied'],
      [expect.stringMatching(/^ignored is_io_service_close\(0x[0-9a-f]+,TestUserClient\)$/)],
    ])
  })

  test('the end of the task ends its connections', () => {
    const { story, task } = opened()
    story.end(task)
    expect(story.take()).toEqual(['clientDied', 'clientClose'])
    expect(story.instances(classOf(story, 'TestUserClient'))).toBe(0)
  })

  test('giving up the last right ends it too, and what it left of ports, services and memory is nothing',
    () => {
    const story = new UserStory()
    const task = story.task('app')
    const service = story.service('TestUserClient')
    story.mainPort(task)
    const before = { counts: story.classCounts(), names: story.do(() => task.space.list().length) }
    for (let i = 0; i < 20; i++) story.release(task, story.open(task, service).connection)
    story.run()
    expect(story.take().filter((each) => each === 'clientDied')).toHaveLength(20)
    expect({ counts: story.classCounts(), names: story.do(() => task.space.list().length) }).toEqual(before)
  })

  test('a client that another task owns too outlives the first', () => {
    const { story, task, connection } = opened()
    const other = story.task('other')
    const machPort =
      story.do(() =>
        task.space.lookup(connection)!.port!.kobject) as { object: { registerOwner(task: Task): number } }
    story.do(() => machPort.object.registerOwner(other))
    story.end(other)
    expect([story.take(), callMethod(story, task, connection, 1)]).toEqual([[], [NO_BYTES, [], 0]])
  })
})

test('clients are connected, and tell their service', () => {
  const { story, task, connection } = opened()
  const second = story.open(task, story.service('TestUserClient')).connection
  expect(story.ask(task, connection, IOKit.connect_add_client, second)).toEqual([])
  expect(story.ask(task, connection, IOKit.connect_add_client, story.mainPort(task))).toBe(BAD_ARGUMENT)
  const [service] = story.ask(task, connection, IOKit.connect_get_service) as [number]
  expect(story.ask(task, service, IOKit.object_get_class)).toEqual(['TestService'])
  expect(story.ask(task, connection, IOKit.object_get_class)).toBe(BAD_ARGUMENT)
  const plain = story.open(task, story.service('TestUserClient2022', { Entitlement: false })).connection
  expect([story.ask(task, plain, IOKit.connect_get_service),
    story.ask(task, plain, IOKit.connect_add_client, connection)])
    .toEqual([UNSUPPORTED, UNSUPPORTED])
})

test('an object is known to a task by a name, and by no other kind of name', () => {
  const { story, task, connection } = opened()
  const other = story.task('other')
  const client = clientOf(story, task, connection)
  const service = story.do(() => client.getProvider()!)
  const name = story.do(() => client.copyPortNameForObjectInTask(task, service))
  const found = (of: Task, by: number): boolean => story.do(() => {
    const object = client.copyObjectForPortNameInTask(of, by)
    object?.release()
    return object === service
  })
  expect([found(task, name), found(other, name), found(task, connection), found(task, 0)]).toEqual([true,
    false, false, false])
  expect([hex(story.do(() => client.adjustPortNameReferencesInTask(task, name, -1))),
    found(task, name)]).toEqual(['0x0', false])
  const exported = story.do(() => {
    service.retain()
    return client.exportObjectToClient(task, service)
  })
  expect(story.ask(task, exported, IOKit.object_get_class)).toEqual(['TestService'])
})

test('clients that asked for it hear that their application is suspended', () => {
  const story = new UserStory()
  const task = story.task('app')
  for (const Policy of ['IOUserClientMessageAppSuspended', '']) story.open(task,
    story.service('TestUserClient', { Policy }))
  story.take()
  story.thread(() => iokit_task_app_suspended_changed(task))
  expect(story.take()).toEqual(['message e0000800'])
})

test('a full queue drops a result that may be dropped, and the form with pointers stops the machine', () => {
  const { story, task } = opened()
  const port = story.do(() => mach_port_allocate(task, MACH_PORT_RIGHT_RECEIVE).name)
  const wakePort = story.do(() => makeSendRight(task.space.lookup(port)!.port!))
  const send = (options: number, count = 0): string => hex(story.do(() => {
    return sendAsyncResult64WithOptions(setAsyncReference64(wakePort, 1n, 2n), 0,
      Array.from({ length: count }, () => 0n), options)
  }))
  expect([send(1), send(1), send(1), send(1), send(1), send(1), send(0), send(0, 17)])
    .toEqual(['0x0', '0x0', '0x0', '0x0', '0x0', '0x10000004', '0x0', '0xe00002e1'])
  expect(story.drain(task, port)).toHaveLength(6)
  expect(() =>
    story.do(() => setAsyncReference())).toThrow('setAsyncReference not valid for 64b @IOUserClient.cpp:1333')
})

describe('privileges', () => {
  test('follow the user, the console and the foreground', () => {
    const story = new UserStory()
    const [root, user, guest] = [story.task('root', { uid: 0 }), story.task('user'),
      story.task('guest', { uid: 502 })]
    story.do(() => {
      const users = toOSObject([{
        kCGSSessionUserIDKey: { number: 501, bits: 32 }, kCGSSessionOnConsoleKey: true,
        kCGSSessionSecureInputPID: { number: 7, bits: 32 },
      }])
      if (users instanceof OSArray) getRegistryRoot().setProperty('IOConsoleUsers', users)
    })
    const ask = (task: Task): string[] => ['root', 'local', 'console', 'secureprocess', 'foreground',
      'other'].map((name) => {
      return hex(story.do(() => clientHasPrivilege(task, name)))
    })
    expect([ask(root), ask(user), ask(guest)]).toEqual([
      ['0x0', NOT_PRIVILEGED, NOT_PRIVILEGED, NOT_PRIVILEGED, '0x0', UNSUPPORTED],
      [NOT_PRIVILEGED, '0x0', '0x0', NOT_PRIVILEGED, '0x0', UNSUPPORTED],
      [NOT_PRIVILEGED, NOT_PRIVILEGED, NOT_PRIVILEGED, NOT_PRIVILEGED, '0x0', UNSUPPORTED],
    ])
  })

  test('entitlements are given as objects, and never for the kernel', () => {
    const story = new UserStory()
    const task = story.task('app', { entitlements: { a: true, b: ['x'], c: 'text' } })
    const value = (of: Task, name: string | null): unknown => story.do(() => {
      const object = copyClientEntitlement(of, name)
      return object === null ? null : fromOSObject(object)
    })
    const kernel = story.do(() => kernel_task())
    expect([value(task, 'a'), value(task, 'b'), value(task, 'c'), value(task, 'd'), value(task, null),
      value(kernel, 'a')])
      .toEqual([true, ['x'], 'text', null, null, null])
  })
})
