import {
  kIOReturnBadArgument, kIOReturnNotFound, kIOReturnNotPermitted, kIOReturnUnsupported,
} from '../../../abi/index.ts'
import { OSArray, OSCollectionIterator, type OSDictionary } from '../../../libkern/index.ts'
import { Task, type KobjectReply, type KobjectRequest, type Port } from '../../../mach/index.ts'
import { wait, type KernelThread } from '../../../sim/index.ts'
import { CompiledTable } from '../../matching/CompiledTable.ts'
import { newOutcome } from '../../matching/CompiledTable.ts'
import { matchedServices } from '../../matching/existingServices.ts'
import { matchPassive } from '../../matching/matchPassive.ts'
import type { IOService } from '../../service/IOService.ts'
import { IOUserIterator } from '../iterators.ts'
import { openUserClient } from '../openClient.ts'
import { IKOT_IOKIT_CONNECT } from '../../../mach/index.ts'
import { fail, onMainPort, onService, reply, replyObject, unserializeDictionary } from './call.ts'

const kWaitQuietPanicOnFailure = 1
const kWaitQuietPanicsEntitlement = 'com.apple.private.security.waitquiet-panics'

export const service_get_busy_state = onService((service) => reply(service.getBusyState()))

export const service_get_state = onService((service) => {
  return reply(service.getState(), service.getBusyState(), service.getAccumulatedBusyTimeNs())
})

export const service_wait_quiet = onService(function* (service, request) {
  return fail(yield* service.waitQuiet(request.body[0] as number))
})

export const service_wait_quiet_with_options = onService(function* (service, request) {
  const [timeoutNs, options] = request.body as readonly [number, number]
  const wantsPanic = (options & kWaitQuietPanicOnFailure) !== 0
  if (wantsPanic && !request.task.hasEntitlement(kWaitQuietPanicsEntitlement)) return fail(kIOReturnNotPermitted)
  return fail(yield* service.waitQuietWithOptions(timeoutNs, options))
})

export const service_request_probe = onService(function* (service, request) {
  return fail(yield* wait(service.requestProbe(request.body[0] as number)))
})

/** The text forms have been switched off for years. */
export function text_form_is_gone(): KobjectReply {
  return fail(kIOReturnUnsupported)
}

/** All matched services that satisfy a table, as an iterator. */
export const service_get_matching_services_bin = onMainPort((request) => {
  return withTable(request, (table) => matchingServices(table, []))
})

export const service_get_matching_services_ool = onMainPort((request) => {
  return withTable(request, (table) => matchingServices(table, [0]))
})

export const service_get_matching_service_bin = onMainPort((request) => {
  return withTable(request, (table) => matchingService(table, []))
})

export const service_get_matching_service_ool = onMainPort((request) => {
  return withTable(request, (table) => matchingService(table, [0]))
})

export const service_match_property_table_bin = onService((service, request) => {
  return withTable(request, (table) => reply(matches(service, table)))
})

export const service_match_property_table_ool = onService((service, request) => {
  return withTable(request, (table) => reply(0, matches(service, table)))
})

function withTable(request: KobjectRequest, use: (table: OSDictionary) => KobjectReply): KobjectReply {
  const bytes = request.body[0] as Uint8Array | null
  const table = bytes === null ? null : unserializeDictionary(bytes)
  if (table === null) return fail(kIOReturnBadArgument)
  const answer = use(table)
  table.release()
  return answer
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

/** `IOServiceOpen`: the driver's answer is in the reply, apart from the return code of the call. */
export const service_open_extended = onService(function* (service, request): KernelThread<KobjectReply> {
  const [taskPort, type, properties] = request.body as readonly [Port | null, number, Uint8Array | null]
  const owningTask = taskPort?.kobject
  if (!(owningTask instanceof Task) || owningTask !== request.task) return fail(kIOReturnBadArgument)
  if (properties !== null) return reply(kIOReturnUnsupported, 0)
  const opened = yield* openUserClient(service, { owningTask, securityID: owningTask, type, properties: null })
  if (opened.client === null) return reply(opened.result, 0)
  return replyObject(opened.client, [opened.result], IKOT_IOKIT_CONNECT)
})
