import { MIG_BAD_ARGUMENTS } from './kern_return.ts'

/**
 * Kinds of MIG arguments. `object` is a port whose right passes on, `wake` a port to which a send right is
 * made, `buffer` out-of-line bytes, `inband` and `text` have the limits of device.types.
 */
export type MigType =
  | 'object' | 'wake' | 'name' | 'string' | 'text' | 'inband' | 'buffer'
  | 'scalars' | 'references' | 'uint32' | 'int32' | 'uint64' | 'bool'

export interface MigArgument {
  readonly name: string
  readonly type: MigType
  /** GOOD, BAD or TOO_LARGE. */
  readonly check: (value: unknown) => number
}

/** Says that `body[index]` is a port name, and by what disposition its right is passed on. */
export interface MigPortSlot {
  readonly index: number
  readonly disposition: 19 | 20
}

export interface MigRoutine {
  readonly id: number
  readonly name: string
  readonly request: readonly MigArgument[]
  readonly reply: readonly MigArgument[]
  readonly portSlots: readonly MigPortSlot[]
}

export const IOKIT_MIG_BASE = 2800
export const IOKIT_MIG_END = 2891

/** Limits of device.types. */
export const io_name_length = 128
export const io_string_length = 512
export const io_inband_length = 4096
export const io_scalar_count = 16
export const io_async_ref_count = 8

const GOOD = 0
const BAD = 1
const TOO_LARGE = 2
const MAX_UINT32 = 0xffffffff
const MAX_UINT64 = 0xffffffffffffffffn

function isUint32(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= MAX_UINT32 && Number.isInteger(value)
}

function isUint64(value: unknown): boolean {
  if (typeof value === 'bigint') return value >= 0n && value <= MAX_UINT64
  return typeof value === 'number' && value >= 0 && (Number.isInteger(value) || value === Infinity)
}

function checkWords(value: unknown, most: number): number {
  if (!Array.isArray(value)) return BAD
  for (const word of value) if (typeof word !== 'bigint' || word < 0n || word > MAX_UINT64) return BAD
  return limit(value.length, most)
}

/** Texts are C strings: the closing NUL counts. Each UTF-16 unit counts as one byte at least. */
function checkText(value: unknown, length: number): number {
  return typeof value === 'string' ? limit(value.length + 1, length) : BAD
}

function limit(count: number, most: number): number {
  return count > most ? TOO_LARGE : GOOD
}

const checks: Readonly<Record<MigType, (value: unknown) => number>> = {
  object: () => GOOD,
  wake: () => GOOD,
  name: (value) => checkText(value, io_name_length),
  string: (value) => checkText(value, io_string_length),
  text: (value) => checkText(value, io_inband_length),
  inband: (value) => value instanceof Uint8Array ? limit(value.length, io_inband_length) : BAD,
  buffer: (value) => value === null || value instanceof Uint8Array ? GOOD : BAD,
  scalars: (value) => checkWords(value, io_scalar_count),
  references: (value) => checkWords(value, io_async_ref_count),
  bool: (value) => typeof value === 'boolean' ? GOOD : BAD,
  uint32: (value) => isUint32(value) ? GOOD : BAD,
  int32: (value) => typeof value === 'number' && (value | 0) === value ? GOOD : BAD,
  uint64: (value) => isUint64(value) ? GOOD : BAD,
}

function argumentsOf(shape: string): readonly MigArgument[] {
  if (shape === '') return []
  return shape.split(' ').map((part) => {
    const [name, type] = part.split(':') as [string, MigType]
    return { name, type, check: checks[type] }
  })
}

function routine(id: number, name: string, request = '', reply = ''): MigRoutine {
  const asked = argumentsOf(request)
  const portSlots: MigPortSlot[] = []
  for (const [index, { type }] of asked.entries()) {
    if (type === 'object') portSlots.push({ index, disposition: 19 })
    if (type === 'wake') portSlots.push({ index, disposition: 20 })
  }
  return { id, name, request: asked, reply: argumentsOf(reply), portSlots }
}

/** Arguments of the forms that 32-bit callers use. */
const OLD_ASYNC = 'wake_port:wake reference:references'
const OLD_SCALARS = 'selector:uint32 input:scalars'
const METHOD_IN =
  'selector:uint32 scalar_input:scalars inband_input:inband ool_input:uint64 ool_input_size:uint64'
const METHOD_OUT =
  'inband_output_capacity:uint32 scalar_output_capacity:uint32 ool_output:uint64 ool_output_size:uint64'
const METHOD_REPLY = 'inband_output:inband scalar_output:scalars ool_output_size:uint64'

/**
 * The routines of subsystem `iokit` with the shapes of their arguments. The request port is the message's
 * target; a reply starts with the return code. The two numbers that are missing are retired.
 * @xnu osfmk/device/device.defs — simplified: arguments are JS values in a message body, not packed bytes;
 * counts
 * and buffer capacities are arguments where the caller chooses them
 */
export const IOKit = {
  object_get_class: routine(2800, 'io_object_get_class', '', 'className:name'),
  object_conforms_to: routine(2801, 'io_object_conforms_to', 'className:name', 'conforms:bool'),
  iterator_next: routine(2802, 'io_iterator_next', '', 'object:object'),
  iterator_reset: routine(2803, 'io_iterator_reset'),
  service_get_matching_services: routine(2804, 'io_service_get_matching_services', 'matching:string',
    'existing:object'),
  registry_entry_get_property: routine(2805, 'io_registry_entry_get_property', 'property_name:name',
    'properties:buffer'),
  registry_create_iterator: routine(2806, 'io_registry_create_iterator', 'plane:name options:uint32',
    'iterator:object'),
  registry_iterator_enter_entry: routine(2807, 'io_registry_iterator_enter_entry'),
  registry_iterator_exit_entry: routine(2808, 'io_registry_iterator_exit_entry'),
  registry_entry_from_path: routine(2809, 'io_registry_entry_from_path', 'path:string',
    'registry_entry:object'),
  registry_entry_get_name: routine(2810, 'io_registry_entry_get_name', '', 'name:name'),
  registry_entry_get_properties: routine(2811, 'io_registry_entry_get_properties', '', 'properties:buffer'),
  registry_entry_get_property_bytes: routine(2812, 'io_registry_entry_get_property_bytes',
    'property_name:name capacity:uint32', 'data:inband'),
  registry_entry_get_child_iterator: routine(2813, 'io_registry_entry_get_child_iterator', 'plane:name',
    'iterator:object'),
  registry_entry_get_parent_iterator: routine(2814, 'io_registry_entry_get_parent_iterator', 'plane:name',
    'iterator:object'),
  service_close: routine(2816, 'io_service_close'),
  connect_get_service: routine(2817, 'io_connect_get_service', '', 'service:object'),
  connect_set_notification_port: routine(2818, 'io_connect_set_notification_port',
    'notification_type:uint32 port:wake reference:uint32'),
  connect_map_memory: routine(2819, 'io_connect_map_memory',
    'memory_type:uint32 into_task:object address:uint32 size:uint32 flags:uint32',
    'address:uint32 size:uint32'),
  connect_add_client: routine(2820, 'io_connect_add_client', 'connect_to:object'),
  connect_set_properties: routine(2821, 'io_connect_set_properties', 'properties:buffer', 'result:int32'),
  connect_method_scalarI_scalarO: routine(2822, 'io_connect_method_scalarI_scalarO',
    `${OLD_SCALARS} output_capacity:uint32`, 'output:scalars'),
  connect_method_scalarI_structureO: routine(2823, 'io_connect_method_scalarI_structureO',
    `${OLD_SCALARS} output_capacity:uint32`, 'output:inband'),
  connect_method_scalarI_structureI: routine(2824, 'io_connect_method_scalarI_structureI',
    `${OLD_SCALARS} inputStruct:inband`),
  connect_method_structureI_structureO: routine(2825, 'io_connect_method_structureI_structureO',
    'selector:uint32 input:inband output_capacity:uint32', 'output:inband'),
  registry_entry_get_path: routine(2826, 'io_registry_entry_get_path', 'plane:name', 'path:string'),
  registry_get_root_entry: routine(2827, 'io_registry_get_root_entry', '', 'root:object'),
  registry_entry_set_properties: routine(2828, 'io_registry_entry_set_properties', 'properties:buffer',
    'result:int32'),
  registry_entry_in_plane: routine(2829, 'io_registry_entry_in_plane', 'plane:name', 'inPlane:bool'),
  object_get_retain_count: routine(2830, 'io_object_get_retain_count', '', 'retainCount:uint32'),
  service_get_busy_state: routine(2831, 'io_service_get_busy_state', '', 'busyState:uint32'),
  service_wait_quiet: routine(2832, 'io_service_wait_quiet', 'wait_time_ns:uint64'),
  registry_entry_create_iterator: routine(2833, 'io_registry_entry_create_iterator',
    'plane:name options:uint32', 'iterator:object'),
  iterator_is_valid: routine(2834, 'io_iterator_is_valid', '', 'is_valid:bool'),
  catalog_send_data: routine(2836, 'io_catalog_send_data', 'flag:uint32 inData:buffer', 'result:int32'),
  catalog_terminate: routine(2837, 'io_catalog_terminate', 'flag:uint32 name:name'),
  catalog_get_data: routine(2838, 'io_catalog_get_data', 'flag:uint32', 'outData:buffer'),
  catalog_get_gen_count: routine(2839, 'io_catalog_get_gen_count', '', 'genCount:uint32'),
  catalog_module_loaded: routine(2840, 'io_catalog_module_loaded', 'name:name'),
  catalog_reset: routine(2841, 'io_catalog_reset', 'flag:uint32'),
  service_request_probe: routine(2842, 'io_service_request_probe', 'options:uint32'),
  registry_entry_get_name_in_plane: routine(2843, 'io_registry_entry_get_name_in_plane', 'plane:name',
    'name:name'),
  service_match_property_table: routine(2844, 'io_service_match_property_table', 'matching:string',
    'matches:bool'),
  async_method_scalarI_scalarO: routine(2845, 'io_async_method_scalarI_scalarO',
    `${OLD_ASYNC} ${OLD_SCALARS} output_capacity:uint32`, 'output:scalars'),
  async_method_scalarI_structureO: routine(2846, 'io_async_method_scalarI_structureO',
    `${OLD_ASYNC} ${OLD_SCALARS} output_capacity:uint32`, 'output:inband'),
  async_method_scalarI_structureI: routine(2847, 'io_async_method_scalarI_structureI',
    `${OLD_ASYNC} ${OLD_SCALARS} inputStruct:inband`),
  async_method_structureI_structureO: routine(2848, 'io_async_method_structureI_structureO',
    `${OLD_ASYNC} selector:uint32 input:inband output_capacity:uint32`, 'output:inband'),
  service_add_notification: routine(2849, 'io_service_add_notification',
    'notification_type:name matching:string wake_port:wake reference:references', 'notification:object'),
  service_add_interest_notification: routine(2850, 'io_service_add_interest_notification',
    'type_of_interest:name wake_port:wake reference:references', 'notification:object'),
  service_acknowledge_notification: routine(2851, 'io_service_acknowledge_notification',
    'notify_ref:uint32 response:uint32'),
  connect_get_notification_semaphore: routine(2852, 'io_connect_get_notification_semaphore',
    'notification_type:uint32', 'semaphore:object'),
  connect_unmap_memory: routine(2853, 'io_connect_unmap_memory',
    'memory_type:uint32 into_task:object address:uint32'),
  registry_entry_get_location_in_plane: routine(2854, 'io_registry_entry_get_location_in_plane',
    'plane:name', 'location:name'),
  registry_entry_get_property_recursively: routine(2855, 'io_registry_entry_get_property_recursively',
    'plane:name property_name:name options:uint32', 'properties:buffer'),
  service_get_state: routine(2856, 'io_service_get_state', '',
    'state:uint64 busy_state:uint32 accumulated_busy_time:uint64'),
  service_get_matching_services_ool: routine(2857, 'io_service_get_matching_services_ool',
    'matching:buffer', 'result:int32 existing:object'),
  service_match_property_table_ool: routine(2858, 'io_service_match_property_table_ool',
    'matching:buffer', 'result:int32 matches:bool'),
  service_add_notification_ool: routine(2859, 'io_service_add_notification_ool',
    'notification_type:name matching:buffer wake_port:wake reference:references',
    'result:int32 notification:object'),
  object_get_superclass: routine(2860, 'io_object_get_superclass', 'obj_name:name', 'class_name:name'),
  object_get_bundle_identifier: routine(2861, 'io_object_get_bundle_identifier', 'obj_name:name',
    'identifier:name'),
  service_open_extended: routine(2862, 'io_service_open_extended',
    'owningTask:object connect_type:uint32 properties:buffer', 'result:int32 connection:object'),
  connect_map_memory_into_task: routine(2863, 'io_connect_map_memory_into_task',
    'memory_type:uint32 into_task:object address:uint64 size:uint64 flags:uint32',
    'address:uint64 size:uint64'),
  connect_unmap_memory_from_task: routine(2864, 'io_connect_unmap_memory_from_task',
    'memory_type:uint32 from_task:object address:uint64'),
  connect_method: routine(2865, 'io_connect_method', `${METHOD_IN} ${METHOD_OUT}`, METHOD_REPLY),
  connect_async_method: routine(2866, 'io_connect_async_method',
    `wake_port:wake reference:references ${METHOD_IN} ${METHOD_OUT}`, METHOD_REPLY),
  connect_set_notification_port_64: routine(2867, 'io_connect_set_notification_port_64',
    'notification_type:uint32 port:wake reference:uint64'),
  service_add_notification_64: routine(2868, 'io_service_add_notification_64',
    'notification_type:name matching:string wake_port:wake reference:references', 'notification:object'),
  service_add_interest_notification_64: routine(2869, 'io_service_add_interest_notification_64',
    'type_of_interest:name wake_port:wake reference:references', 'notification:object'),
  service_add_notification_ool_64: routine(2870, 'io_service_add_notification_ool_64',
    'notification_type:name matching:buffer wake_port:wake reference:references',
    'result:int32 notification:object'),
  registry_entry_get_registry_entry_id: routine(2871, 'io_registry_entry_get_registry_entry_id', '',
    'entry_id:uint64'),
  connect_method_var_output: routine(2872, 'io_connect_method_var_output',
    `${METHOD_IN} inband_output_capacity:uint32 scalar_output_capacity:uint32`,
    'inband_output:inband scalar_output:scalars var_output:buffer'),
  service_get_matching_service: routine(2873, 'io_service_get_matching_service', 'matching:string',
    'service:object'),
  service_get_matching_service_ool: routine(2874, 'io_service_get_matching_service_ool',
    'matching:buffer', 'result:int32 service:object'),
  service_get_authorization_id: routine(2875, 'io_service_get_authorization_id', '',
    'authorization_id:uint64'),
  service_set_authorization_id: routine(2876, 'io_service_set_authorization_id', 'authorization_id:uint64'),
  server_version: routine(2877, 'io_server_version', '', 'version:uint64'),
  registry_entry_get_properties_bin: routine(2878, 'io_registry_entry_get_properties_bin', '',
    'properties:buffer'),
  registry_entry_get_property_bin: routine(2879, 'io_registry_entry_get_property_bin',
    'plane:name property_name:name options:uint32', 'properties:buffer'),
  service_get_matching_service_bin: routine(2880, 'io_service_get_matching_service_bin', 'matching:inband',
    'service:object'),
  service_get_matching_services_bin: routine(2881, 'io_service_get_matching_services_bin', 'matching:inband',
    'existing:object'),
  service_match_property_table_bin: routine(2882, 'io_service_match_property_table_bin', 'matching:inband',
    'matches:bool'),
  service_add_notification_bin: routine(2883, 'io_service_add_notification_bin',
    'notification_type:name matching:inband wake_port:wake reference:references', 'notification:object'),
  service_add_notification_bin_64: routine(2884, 'io_service_add_notification_bin_64',
    'notification_type:name matching:inband wake_port:wake reference:references', 'notification:object'),
  registry_entry_get_path_ool: routine(2885, 'io_registry_entry_get_path_ool', 'plane:name',
    'path:text path_ool:buffer'),
  registry_entry_from_path_ool: routine(2886, 'io_registry_entry_from_path_ool',
    'path:text path_ool:buffer', 'result:int32 registry_entry:object'),
  device_tree_entry_exists_with_name: routine(2887, 'io_device_tree_entry_exists_with_name', 'name:name',
    'exists:bool'),
  registry_entry_get_properties_bin_buf: routine(2888, 'io_registry_entry_get_properties_bin_buf',
    'buf:uint64 bufsize:uint64', 'bufsize:uint64 properties:buffer'),
  registry_entry_get_property_bin_buf: routine(2889, 'io_registry_entry_get_property_bin_buf',
    'plane:name property_name:name options:uint32 buf:uint64 bufsize:uint64',
    'bufsize:uint64 properties:buffer'),
  service_wait_quiet_with_options: routine(2890, 'io_service_wait_quiet_with_options',
    'wait_time_ns:uint64 options:uint32'),
} as const satisfies { readonly [name: string]: MigRoutine }

/**
 * The checks of the server's generated stubs on a request: 0 or MIG_BAD_ARGUMENTS. `tooLarge` is what
 * arrays and texts beyond their limits answer: a caller's own stub says MIG_ARRAY_TOO_LARGE. Ports are not
 * looked at.
 */
export function checkMigArguments(
  wanted: readonly MigArgument[], body: readonly unknown[], tooLarge = MIG_BAD_ARGUMENTS,
): number {
  if (body.length !== wanted.length) return MIG_BAD_ARGUMENTS
  for (let i = 0; i < wanted.length; i++) {
    const size = wanted[i]!.check(body[i])
    if (size === BAD) return MIG_BAD_ARGUMENTS
    if (size === TOO_LARGE) return tooLarge
  }
  return 0
}
