import {
  kIOReturnBadArgument, kIOReturnNotFound, kIOReturnNotPermitted, kIOReturnNotPrivileged, kIOReturnSuccess,
  kIOReturnUnsupported, kIOServiceNotificationUserKey,
} from '../../../abi/index.ts'
import { OSArray, OSCollectionIterator, kOSBooleanTrue, type OSDictionary } from '../../../libkern/index.ts'
import {
  IKOT_IOKIT_CONNECT, IKOT_MAIN_DEVICE, IOLog, Task, type KobjectReply, type KobjectRequest, type Port,
} from '../../../mach/index.ts'
import { wait, type KernelThread } from '../../../sim/index.ts'
import { CompiledTable } from '../../matching/CompiledTable.ts'
import { newOutcome } from '../../matching/CompiledTable.ts'
import { matchedServices } from '../../matching/existingServices.ts'
import { matchPassive } from '../../matching/matchPassive.ts'
import { IOService } from '../../service/IOService.ts'
import { iokitPolicies } from '../filters.ts'
import { objectOfPort } from '../iokitPorts.ts'
import { IOUserIterator } from '../iterators.ts'
import { openUserClient } from '../openClient.ts'
import { clientHasPrivilege, kIOClientPrivilegeAdministrator, logNameOf } from '../privileges.ts'
import {
  fail, onMainPort, onService, reply, replyObject, unserializeDictionary, type Routine,
} from './call.ts'

const kWaitQuietPanicOnFailure = 1
const kWaitQuietPanicsEntitlement = 'com.apple.private.security.waitquiet-panics'
const kSetAuthorizationEntitlement = 'com.apple.private.iokit.IOServiceSetAuthorizationID'

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_service_get_busy_state — faithful */
export const service_get_busy_state = onService((service) => reply(service.getBusyState()))

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_service_get_state — faithful */
export const service_get_state = onService((service) => {
  return reply(service.getState(), service.getBusyState(), service.getAccumulatedBusyTimeNs())
})

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_service_wait_quiet — faithful */
export const service_wait_quiet = onService(function* (service, request) {
  return fail(yield* service.waitQuiet(Number(request.body[0])))
})

/**
 * Who may not ask for a panic just waits.
 * @xnu iokit/Kernel/IOUserClient.cpp is_io_service_wait_quiet_with_options — faithful
 */
export const service_wait_quiet_with_options = onService(function* (service, request) {
  const [timeoutNs, asked] = request.body as readonly [number | bigint, number]
  let options = asked
  const wantsPanic = (options & kWaitQuietPanicOnFailure) !== 0
  if (wantsPanic && !request.task.hasEntitlement(kWaitQuietPanicsEntitlement)) {
    IOLog(`IOServiceWaitQuietWithOptions(${logNameOf(request.task)}): Not entitled\n`)
    options &= ~kWaitQuietPanicOnFailure
  }
  return fail(yield* service.waitQuietWithOptions(Number(timeoutNs), options))
})

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_service_get_authorization_id — faithful */
export const service_get_authorization_id = onService((service, request) => {
  const privilege = clientHasPrivilege(request.task, kIOClientPrivilegeAdministrator)
  return privilege === kIOReturnSuccess ? reply(service.internals.authorizationID) : fail(privilege)
})

/** @xnu iokit/Kernel/IOService.cpp setAuthorizationID — faithful */
export const service_set_authorization_id = onService((service, request) => {
  if (!request.task.hasEntitlement(kSetAuthorizationEntitlement)) return fail(kIOReturnNotPrivileged)
  service.internals.authorizationID = BigInt(request.body[0] as number | bigint)
  return reply()
})

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_service_request_probe — faithful */
export const service_request_probe = onService(function* (service, request) {
  return fail(yield* wait(service.requestProbe(request.body[0] as number)))
})

/** The text forms have been switched off for years. */
export function text_form_is_gone(): KobjectReply {
  return fail(kIOReturnUnsupported)
}

/**
 * All matched services that satisfy a table, as an iterator.
 * @xnu is_io_service_get_matching_services_bin — faithful
 */
export const service_get_matching_services_bin = onMainPort((request) => {
  return withTable(request, (table) => matchingServices(table, []))
})

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_service_get_matching_services_ool — faithful */
export const service_get_matching_services_ool: Routine = (request) => {
  if (request.port.kotype !== IKOT_MAIN_DEVICE) return reply(kIOReturnNotPrivileged, 0)
  return outOfLine(withTable(request, (table) => matchingServices(table, [0])), 0)
}

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_service_get_matching_service_bin — faithful */
export const service_get_matching_service_bin = onMainPort((request) => {
  return withTable(request, (table) => matchingService(table, []))
})

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_service_get_matching_service_ool — faithful */
export const service_get_matching_service_ool: Routine = (request) => {
  if (request.port.kotype !== IKOT_MAIN_DEVICE) return reply(kIOReturnNotPrivileged, 0)
  return outOfLine(withTable(request, (table) => matchingService(table, [0])), 0)
}

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_service_match_property_table_bin — faithful */
export const service_match_property_table_bin = onService((service, request) => {
  return withTable(request, (table) => reply(matches(service, table)))
})

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_service_match_property_table_ool — faithful */
export const service_match_property_table_ool: Routine = (request) => {
  const service = objectOfPort(request.port)
  if (!(service instanceof IOService)) return reply(kIOReturnBadArgument, false)
  return outOfLine(withTable(request, (table) => reply(0, matches(service, table))), false)
}

/** Unparsable tables are bad arguments; what the kernel hides from user space does not match. */
function withTable(request: KobjectRequest, use: (table: OSDictionary) => KobjectReply): KobjectReply {
  const bytes = request.body[0] as Uint8Array | null
  const table = bytes === null ? null : unserializeDictionary(bytes)
  if (table === null) return fail(kIOReturnBadArgument)
  table.setObject(kIOServiceNotificationUserKey, kOSBooleanTrue)
  const answer = use(table)
  table.release()
  return answer
}

/** Out of line the call succeeds in any case: what came of it is in the answer, before `nothing`. */
function outOfLine(answer: KobjectReply, nothing: unknown): KobjectReply {
  return answer.code === kIOReturnSuccess ? answer : reply(answer.code, nothing)
}

function matchingServices(table: OSDictionary, before: readonly unknown[]): KobjectReply {
  const services = OSArray.withObjects(matchedServices(new CompiledTable(table)))
  const iterator = OSCollectionIterator.withCollection(services)
  services.release()
  return replyObject(IOUserIterator.withIterator(iterator), before)
}

function matchingService(table: OSDictionary, before: readonly unknown[]): KobjectReply {
  const first = matchedServices(new CompiledTable(table))[0]
  if (first === undefined) return fail(kIOReturnNotFound)
  first.retain()
  return replyObject(first, before)
}

function matches(service: IOService, table: OSDictionary): boolean {
  return matchPassive(service, new CompiledTable(table), 0, newOutcome())
}

/**
 * The driver's answer is in the reply, apart from the return code of the call.
 * @xnu iokit/Kernel/IOUserClient.cpp is_io_service_open_extended — faithful
 */
export const service_open_extended = onService(function* (service, request): KernelThread<KobjectReply> {
  const [taskPort, type, properties] = request.body as readonly [Port | null, number, Uint8Array | null]
  const owningTask = taskPort !== null && taskPort.alive ? taskPort.kobject : null
  if (!(owningTask instanceof Task) || owningTask !== request.task) return fail(kIOReturnBadArgument)
  if (iokitPolicies().checkOpenService?.(owningTask, service, type) === true) {
    return fail(kIOReturnNotPermitted)
  }
  if (properties !== null) return fail(kIOReturnUnsupported)
  const opened = yield* openUserClient(service,
    { owningTask, securityID: owningTask, type, properties: null })
  if (opened.client === null) return reply(opened.result, 0)
  return replyObject(opened.client, [opened.result], IKOT_IOKIT_CONNECT)
})
