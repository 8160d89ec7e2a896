import { describe, expect, test } from 'vitest'
import { UserStory, hex } from '../../../../test/support/userStory.ts'
import {
  checkMigArguments, IOKit, MIG_ARRAY_TOO_LARGE, MIG_BAD_ARGUMENTS, MIG_BAD_ID, MIG_TYPE_ERROR,
  type MigArgument,
  type MigRoutine,
} from '../../../abi/index.ts'
import { OSUnserializeBinary, fromOSObject } from '../../../libkern/index.ts'
import {
  mach_port_allocate, mach_rpc, MACH_MSG_TYPE_MAKE_SEND_ONCE, MACH_PORT_RIGHT_RECEIVE,
} from '../../../mach/user.ts'

const ROUTINES: readonly MigRoutine[] = Object.values(IOKit)

/** A value of that type that is right in size. */
function right({ type }: MigArgument): unknown {
  switch (type) {
    case 'object':
    case 'wake': return 0
    case 'name':
    case 'string':
    case 'text': return 'IOService'
    case 'inband': return new Uint8Array(4)
    case 'buffer': return null
    case 'scalars': return []
    case 'references': return [0n]
    case 'bool': return true
    default: return 1
  }
}

const wrong = (argument: MigArgument): unknown => typeof right(argument) === 'number' ? 'text' : 7

/** One too many, or null for types without a limit. */
function tooLarge({ type }: MigArgument): unknown {
  switch (type) {
    case 'name': return 'x'.repeat(128)
    case 'string': return 'x'.repeat(512)
    case 'text': return 'x'.repeat(4096)
    case 'inband': return new Uint8Array(4097)
    case 'scalars': return Array.from({ length: 17 }, () => 0n)
    case 'references': return Array.from({ length: 9 }, () => 0n)
    default: return null
  }
}

function world(): { story: UserStory; call(port: number, routine: MigRoutine,
  body: readonly unknown[]): number; main: number; task: Parameters<UserStory['self']>[0] } {
  const story = new UserStory()
  const task = story.task('app')
  const main = story.mainPort(task)
  return { story, task, main, call: (port, routine, body) => story.call(task, port, routine, ...body).code }
}

describe('a request is checked before its routine sees it', () => {
  test('too many or too few arguments, wrong values and arrays beyond their limits are bad arguments', () => {
    const { main, call } = world()
    for (const routine of ROUTINES) {
      const body = routine.request.map(right)
      expect([routine.name, call(main, routine, [...body, 0])]).toEqual([routine.name, MIG_BAD_ARGUMENTS])
      if (body.length > 0 && routine.portSlots.length === 0) {
        expect(call(main, routine, body.slice(1))).toBe(MIG_BAD_ARGUMENTS)
      }
      for (const [index, argument] of routine.request.entries()) {
        if (argument.type === 'object' || argument.type === 'wake') continue
        expect([routine.name, argument.name, call(main, routine, body.with(index, wrong(argument)))])
          .toEqual([routine.name, argument.name, MIG_BAD_ARGUMENTS])
        const large = tooLarge(argument)
        if (large === null) continue
        expect(call(main, routine, body.with(index, large))).toBe(MIG_BAD_ARGUMENTS)
        expect(checkMigArguments(routine.request, body.with(index, large),
          MIG_ARRAY_TOO_LARGE)).toBe(MIG_ARRAY_TOO_LARGE)
      }
    }
  })

  test('ids without a routine are bad ids; 89 have one', () => {
    const { story, main, task } = world()
    const codes = [2799, 2815, 2835,
      2891].map((id) => story.inTask(task, () => mach_rpc(task, main, id, [])).code)
    expect([codes, ROUTINES.length]).toEqual([[MIG_BAD_ID, MIG_BAD_ID, MIG_BAD_ID, MIG_BAD_ID], 89])
  })

  test('a port must be a send right, and stand in its place', () => {
    const { story, main, task } = world()
    const port = story.do(() => mach_port_allocate(task, MACH_PORT_RIGHT_RECEIVE).name)
    const { id, request, portSlots } = IOKit.service_add_interest_notification_64
    const body = request.map(right).with(1, port)
    const call = (slots: typeof portSlots | readonly { index: number; disposition: 21 }[]): number => {
      return story.inTask(task, () => mach_rpc(task, main, id, body, slots)).code
    }
    const codes = [call([]), call([{ index: 1, disposition: MACH_MSG_TYPE_MAKE_SEND_ONCE }]),
      call([{ index: 0, disposition: 21 }])]
    expect(codes).toEqual([MIG_BAD_ARGUMENTS, MIG_TYPE_ERROR, 0x1000000a])
    expect(story.do(() => task.space.lookup(port)!.port!.sendRights)).toBe(0)
  })
})

test('each routine answers on its kind of port, and says what is wrong with the others', () => {
  const { story, main, task } = world()
  const service = story.lookUp(task, story.service('TestUserClient'))
  const closed = story.service('TestUserClient', { Keeps: true })
  const [iterator] = story.ask(task, main, IOKit.registry_create_iterator, 'IOService', 0) as [number]
  const lines = ROUTINES.map((routine) => {
    const { connection } = story.open(task, closed)
    const codes = [main, service, iterator, connection].map((port) => {
      const { code, body } = story.call(task, port, routine, ...routine.request.map(right))
      if (code !== 0) return hex(code).replace('0xe0000', '')
      return routine.reply[0]?.type === 'int32' && body[0] !== 0
        ? `=${hex(Number(body[0])).replace('0xe0000', '')}`
        : 'ok'
    })
    return `${routine.name.slice(3)} ${codes.join(' ')}`
  })
  expect(lines).toEqual(GOLDEN)
})

/**
 * Codes on the main port, a service, an iterator and a connection; `=` is a result inside the answer.
 * 0xe0000… is cut.
 */
const GOLDEN: readonly string[] = [
  'object_get_class 2c2 ok ok 2c2',
  'object_conforms_to 2c2 ok ok 2c2',
  'iterator_next 2c2 2c2 ok 2c2',
  'iterator_reset 2c2 2c2 ok 2c2',
  'service_get_matching_services 2c7 2c7 2c7 2c7',
  'registry_entry_get_property 2c2 2f0 2c2 2c2',
  'registry_create_iterator ok 2c1 2c1 2c1',
  'registry_iterator_enter_entry 2c2 2c2 ok 2c2',
  'registry_iterator_exit_entry 2c2 2c2 ok 2c2',
  'registry_entry_from_path ok 2c1 2c1 2c1',
  'registry_entry_get_name 2c2 ok 2c2 2c2',
  'registry_entry_get_properties 2c7 2c7 2c7 2c7',
  'registry_entry_get_property_bytes 2c2 2be 2c2 2c2',
  'registry_entry_get_child_iterator 2c2 ok 2c2 2c2',
  'registry_entry_get_parent_iterator 2c2 ok 2c2 2c2',
  'service_close 2c2 2c2 2c2 ok',
  'connect_get_service 2c2 2c2 2c2 ok',
  'connect_set_notification_port 2c2 2c2 2c2 2c7',
  'connect_map_memory 2c2 2c2 2c2 2c2',
  'connect_add_client 2c2 2c2 2c2 2c2',
  'connect_set_properties 2c2 2c2 2c2 =2c2',
  'connect_method_scalarI_scalarO 2c2 2c2 2c2 ok',
  'connect_method_scalarI_structureO 2c2 2c2 2c2 ok',
  'connect_method_scalarI_structureI 2c2 2c2 2c2 ok',
  'connect_method_structureI_structureO 2c2 2c2 2c2 ok',
  'registry_entry_get_path 2c2 ok 2c2 2c2',
  'registry_get_root_entry ok 2c1 2c1 2c1',
  'registry_entry_set_properties 2c2 =2c2 2c2 2c2',
  'registry_entry_in_plane 2c2 ok 2c2 2c2',
  'object_get_retain_count 2c2 ok ok 2c2',
  'service_get_busy_state 2c2 ok 2c2 2c2',
  'service_wait_quiet 2c2 ok 2c2 2c2',
  'registry_entry_create_iterator 2c2 ok 2c2 2c2',
  'iterator_is_valid 2c2 2c2 ok 2c2',
  'catalog_send_data 2c2 2c1 2c1 2c1',
  'catalog_terminate 2c1 2c1 2c1 2c1',
  'catalog_get_data 0x2e 2c1 2c1 2c1',
  'catalog_get_gen_count ok 2c1 2c1 2c1',
  'catalog_module_loaded ok 2c1 2c1 2c1',
  'catalog_reset ok 2c1 2c1 2c1',
  'service_request_probe 2c2 2c7 2c2 2c2',
  'registry_entry_get_name_in_plane 2c2 ok 2c2 2c2',
  'service_match_property_table 2c7 2c7 2c7 2c7',
  'async_method_scalarI_scalarO 2c2 2c2 2c2 ok',
  'async_method_scalarI_structureO 2c2 2c2 2c2 ok',
  'async_method_scalarI_structureI 2c2 2c2 2c2 ok',
  'async_method_structureI_structureO 2c2 2c2 2c2 ok',
  'service_add_notification 2c7 2c7 2c7 2c7',
  'service_add_interest_notification 2c2 2c7 2c2 2c2',
  'service_acknowledge_notification 2c2 2c7 2c2 2c2',
  'connect_get_notification_semaphore 2c2 2c2 2c2 2c7',
  'connect_unmap_memory 2c2 2c2 2c2 2c2',
  'registry_entry_get_location_in_plane 2c2 2f0 2c2 2c2',
  'registry_entry_get_property_recursively 2c2 2f0 2c2 2c2',
  'service_get_state 2c2 ok 2c2 2c2',
  'service_get_matching_services_ool =2c2 =2c1 =2c1 =2c1',
  'service_match_property_table_ool =2c2 =2c2 =2c2 =2c2',
  'service_add_notification_ool =2c2 =2c1 =2c1 =2c1',
  'object_get_superclass ok 2c1 2c1 2c1',
  'object_get_bundle_identifier ok 2c1 2c1 2c1',
  'service_open_extended 2c2 2c2 2c2 2c2',
  'connect_map_memory_into_task 2c2 2c2 2c2 2c2',
  'connect_unmap_memory_from_task 2c2 2c2 2c2 2c2',
  'connect_method 2c2 2c2 2c2 2bf',
  'connect_async_method 2c2 2c2 2c2 2bf',
  'connect_set_notification_port_64 2c2 2c2 2c2 2c7',
  'service_add_notification_64 2c7 2c7 2c7 2c7',
  'service_add_interest_notification_64 2c2 2c7 2c2 2c2',
  'service_add_notification_ool_64 =2c2 =2c1 =2c1 =2c1',
  'registry_entry_get_registry_entry_id 2c2 ok 2c2 2c2',
  'connect_method_var_output 2c2 2c2 2c2 2bf',
  'service_get_matching_service 2c7 2c7 2c7 2c7',
  'service_get_matching_service_ool =2c2 =2c1 =2c1 =2c1',
  'service_get_authorization_id 2c2 2c1 2c2 2c2',
  'service_set_authorization_id 2c2 2c1 2c2 2c2',
  'server_version ok ok ok ok',
  'registry_entry_get_properties_bin 2c2 ok 2c2 2c2',
  'registry_entry_get_property_bin 2c2 2f0 2c2 2c2',
  'service_get_matching_service_bin 2c2 2c1 2c1 2c1',
  'service_get_matching_services_bin 2c2 2c1 2c1 2c1',
  'service_match_property_table_bin 2c2 2c2 2c2 2c2',
  'service_add_notification_bin 2c2 2c1 2c1 2c1',
  'service_add_notification_bin_64 2c2 2c1 2c1 2c1',
  'registry_entry_get_path_ool 2c2 ok 2c2 2c2',
  'registry_entry_from_path_ool =2f0 2c1 2c1 2c1',
  'device_tree_entry_exists_with_name ok 2c1 2c1 2c1',
  'registry_entry_get_properties_bin_buf 2c2 ok 2c2 2c2',
  'registry_entry_get_property_bin_buf 2c2 2f0 2c2 2c2',
  'service_wait_quiet_with_options 2c2 ok 2c2 2c2',
]

describe('what a DriverKit service shows of itself', () => {
  test('goes over the entry\'s own properties in a dump; a single key is the entry\'s where it has one', () => {
    const story = new UserStory()
    const task = story.task('app')
    const service = story.service(null, {
      size: 4, IOUserServiceProperties: { shown: 'yes', size: 5 }, IOCompatibilityProperties: { old: 1 },
    })
    const port = story.lookUp(task, service)
    const dump = (routine: MigRoutine, ...body: unknown[]): unknown => {
      const answer = story.ask(task, port, routine, ...body) as readonly unknown[]
      const bytes = answer.find((part) => part instanceof Uint8Array)!
      return story.do(() => fromOSObject(OSUnserializeBinary(bytes)!))
    }
    const table = dump(IOKit.registry_entry_get_properties_bin) as Map<string, unknown>
    expect(['size', 'shown', 'IOUserServiceProperties', 'IOCompatibilityProperties'].map((key) => table.get(key)))
      .toEqual([5, 'yes', undefined, undefined])
    expect(dump(IOKit.registry_entry_get_properties_bin_buf, 0, 0)).toEqual(table)
    const value = (key: string): unknown => dump(IOKit.registry_entry_get_property_bin, 'IOService', key, 0)
    expect([value('size'), value('shown')]).toEqual([4, 'yes'])
  })
})
