import { expect, test } from 'vitest'
import { OSArray, OSSerialize, toOSObject, type PlainValue } from '../../libkern/index.ts'
import { UserStory } from '../../../test/support/userStory.ts'
import { setUpTestService, TestService } from '../../../test/support/testServices.ts'
import { IOKit } from '../../abi/index.ts'
import { iokit_port_object_description } from './index.ts'

const UNSUPPORTED = '0xe00002c7'

function serializedArray(story: UserStory, tables: readonly Record<string, PlainValue>[]): Uint8Array {
  return story.do(() => {
    const array = toOSObject(tables)
    const serializer = OSSerialize.binaryWithCapacity(64)
    if (array instanceof OSArray) array.serialize(serializer)
    const bytes = serializer.getBytes().slice()
    serializer.release()
    array.release()
    return bytes
  })
}

test('xnu service_helpers: a right stands for a test service and ends it', () => {
  const story = new UserStory()
  const task = story.task('test', { entitlements: { 'com.apple.iokit.test-service-management': true } })
  const setUp = (of = task, name = 'TestService'): { errno: number; name: number } => story.inTask(of,
    () => setUpTestService(of, name))
  expect([setUp(story.task('other')), setUp(task, 'NoClass'), setUp(task, 'OSData'),
    setUp(task, 'TestUnwillingService')].map(({ errno }) => errno))
    .toEqual([1, 2, 22, 22])
  const before = story.instances(TestService.metaClass)
  const { errno, name } = setUp()
  expect([errno, story.instances(TestService.metaClass)]).toEqual([0, before + 1])
  expect(story.ask(task, name, IOKit.object_get_class)).toEqual(['TestServiceHandle'])
  story.release(task, name)
  expect(story.instances(TestService.metaClass)).toBe(before)
})

test('xnu io_catalog_send_data: who may not is told of success, and nothing comes of it', () => {
  const story = new UserStory()
  const entitlement = 'com.apple.private.security.iocatalog-management'
  const [task, daemon] = [story.task('app', { uid: 0 }),
    story.task('daemon', { entitlements: { [entitlement]: true } })]
  const service = story.nub()
  const drivers = serializedArray(story, [{
    IOClass: 'IOService', IOProviderClass: 'StoryNub', IOUserClientClass: 'TestUserClient',
    CFBundleIdentifier: 'com.example.test',
    IOMatchCategory: 'Crafted',
  }])
  const [generation] = story.ask(task, story.mainPort(task), IOKit.catalog_get_gen_count) as [number]
  const send = (of: typeof task, flag: number, bytes: Uint8Array | null): unknown => {
    return story.ask(of, story.mainPort(of), IOKit.catalog_send_data, flag, bytes)
  }
  story.log()
  expect([send(task, 1, drivers), story.log()]).toEqual([[0],
    ['IOCatalogueSendData(pid 100, app): Not entitled']])
  expect(story.ask(task, story.mainPort(task), IOKit.catalog_get_gen_count)).toEqual([generation])
  expect([story.clientNames(service), story.open(task, service).result]).toEqual([[], UNSUPPORTED])
  expect([
    send(task, 1, null), send(daemon, 1, new Uint8Array(7)), send(daemon, 3, drivers), send(daemon, 7, null),
    send(daemon, 12, drivers),
    send(daemon, 1, drivers),
  ]).toEqual(['0xe00002c2', [0xe00002bd], [0xe00002c2], [46], [0xe00002c2], [0]])
  story.run()
  expect(story.clientNames(service)).toEqual(['IOService'])
})

test('xnu port_object_description_race_77259918: ports are described while they come and go', () => {
  const story = new UserStory()
  const task = story.task('app')
  const service = story.service('TestUserClient')
  const describe = (): string[] => story.do(() => task.space.list().flatMap(({ port }) => {
    const text = port === null ? '' : iokit_port_object_description(port)
    return text === '' ? [] : [text]
  }))
  const id = story.do(() => service.getRegistryEntryID()).toString(16)
  const name = story.lookUp(task, service)
  const { connection } = story.open(task, service)
  const client = story.do(() => service.getClient()!.getRegistryEntryID()).toString(16)
  expect(describe()).toEqual([`TestService(0x${id})`, `TestUserClient(0x${client})`])
  for (let i = 0; i < 20; i++) {
    const [iterator] = story.ask(task, story.mainPort(task), IOKit.service_add_notification_bin_64,
      'IOServicePublish',
      story.serialized({ IOProviderClass: 'TestService' }), 0, [0n]) as [number]
    expect(describe()).toContain('IOServiceUserNotification')
    story.release(task, iterator)
  }
  story.release(task, name)
  story.release(task, connection)
  expect(describe()).toEqual([])
})
