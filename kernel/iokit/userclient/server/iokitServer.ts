import {
  checkMigArguments, IOKIT_MIG_BASE, IOKIT_MIG_END, IOKit, kIOReturnBadArgument, kIOReturnSuccess,
  MIG_BAD_ARGUMENTS, MIG_BAD_ID, MIG_TYPE_ERROR, type MigRoutine,
} from '../../../abi/index.ts'
import {
  IKOT_IOKIT_CONNECT, MACH_MSG_TYPE_MOVE_SEND, mig_subsystem_present, mig_subsystem_register, registerTrap,
  type KobjectReply, type KobjectRequest, type Task, type TrapResult,
} from '../../../mach/index.ts'
import { wait, type Blocking, type KernelThread } from '../../../sim/index.ts'
import { serviceState } from '../../service/serviceState.ts'
import { filterCallbacks, io_filter_type_trap } from '../filters.ts'
import { IOUserClient, type IOExternalTrap } from '../IOUserClient.ts'
import { destroyUserReferences, objectOfName } from '../iokitPorts.ts'
import { fail, type Routine } from './call.ts'
import * as catalog from './catalog.ts'
import * as connections from './connections.ts'
import * as mapping from './mapping.ts'
import * as methods from './methods.ts'
import * as notifications from './notifications.ts'
import * as objects from './objects.ts'
import * as registry from './registry.ts'
import * as services from './services.ts'
import * as setters from './setProperties.ts'

type RoutineName = keyof typeof IOKit

const routines: Readonly<Record<RoutineName, Routine>> = {
  ...objects, ...registry, ...setters, ...services, ...notifications, ...connections, ...mapping, ...methods,
  ...catalog,
  service_get_matching_services: services.text_form_is_gone,
  service_get_matching_service: services.text_form_is_gone,
  service_match_property_table: services.text_form_is_gone,
  service_add_notification: services.text_form_is_gone,
  service_add_notification_64: services.text_form_is_gone,
}

interface Entry {
  readonly shape: MigRoutine
  readonly routine: Routine
}

/** By message id from the subsystem's base on. */
const server: Entry[] = []
for (const [name, shape] of Object.entries(IOKit)) {
  server[shape.id - IOKIT_MIG_BASE] = { shape, routine: routines[name as RoutineName] }
}

/** Ports stand where the routine wants them, each as a send right. */
function portFault({ portSlots }: MigRoutine, { ports }: KobjectRequest): number {
  if (ports.length !== portSlots.length) return MIG_BAD_ARGUMENTS
  for (let i = 0; i < ports.length; i++) {
    const { index, right, port } = ports[i]!
    if (index !== portSlots[i]!.index) return MIG_BAD_ARGUMENTS
    if (port !== null && right !== MACH_MSG_TYPE_MOVE_SEND) return MIG_TYPE_ERROR
  }
  return 0
}

/** Checks the arguments of a message and runs its routine on the sender's thread. */
function iokit_server(request: KobjectRequest): Blocking<KobjectReply> {
  const entry = server[request.id - IOKIT_MIG_BASE]
  if (entry === undefined) return fail(MIG_BAD_ID)
  const { shape, routine } = entry
  const fault = portFault(shape, request) || checkMigArguments(shape.request, request.body)
  return fault === 0 ? routine(request) : fail(fault)
}

/**
 * Makes this world answer user space's I/O Kit calls. Once, at I/O Kit's start.
 * @xnu iokit/Kernel/IOUserClient.cpp IOUserClient::initialize — faithful
 */
export function installIOKitServer(): void {
  if (mig_subsystem_present(IOKIT_MIG_BASE)) return
  mig_subsystem_register(IOKIT_MIG_BASE, IOKIT_MIG_END, iokit_server)
  registerTrap('iokit_user_client_trap', userClientTrap)
  serviceState().userReferences = {
    destroyUserReferences,
    finalizeUserReferences: (service) => !(service instanceof IOUserClient)
      || service.finalizeUserReferences(),
  }
}

/**
 * Arguments: connection, index, up to six words. Without such a trap: success.
 * @xnu iokit/Kernel/IOUserClient.cpp iokit_user_client_trap — simplified: no traps of DriverKit objects
 */
function userClientTrap(
  task: Task, name: unknown, index: unknown, ...words: readonly unknown[]
): Blocking<TrapResult> {
  const client = typeof name === 'number' ? objectOfName(task, name, IKOT_IOKIT_CONNECT) : null
  if (!(client instanceof IOUserClient) || typeof index !== 'number') {
    return { errno: 0, value: kIOReturnBadArgument }
  }
  const policy = client.filterPolicies.get(task)
  const refusal = policy === undefined
    ? kIOReturnSuccess
    : filterCallbacks()?.apply(client, policy, io_filter_type_trap, index) ?? kIOReturnSuccess
  if (refusal !== kIOReturnSuccess) return { errno: 0, value: refusal }
  const trap = client.getTargetAndTrapForIndex(index)
  if (trap === null) return { errno: 0, value: kIOReturnSuccess }
  client.retain()
  return callTrap(client, trap, words as readonly bigint[])
}

function* callTrap(
  client: IOUserClient, trap: IOExternalTrap, words: readonly bigint[],
): KernelThread<TrapResult> {
  const value = yield* wait(trap(...words))
  client.release()
  return { errno: 0, value }
}
