import { checkMigArguments, IOKIT_MIG_BASE, IOKIT_MIG_END, IOKit, iokitRoutine, MIG_BAD_ID } from '../../../abi/index.ts'
import {
  IKOT_IOKIT_CONNECT, mig_subsystem_present, mig_subsystem_register, registerTrap,
  type KobjectReply, type KobjectRequest, type Task,
} from '../../../mach/index.ts'
import type { Blocking } from '../../../sim/index.ts'
import { serviceState } from '../../service/serviceState.ts'
import { IOUserClient } from '../IOUserClient.ts'
import { destroyUserReferences, objectOfPort } from '../iokitPorts.ts'
import { fail, type Routine } from './call.ts'
import * as catalog from './catalog.ts'
import * as connections from './connections.ts'
import * as notifications from './notifications.ts'
import * as objects from './objects.ts'
import * as registry from './registry.ts'
import * as services from './services.ts'
import * as setters from './setProperties.ts'

type RoutineName = keyof typeof IOKit

const routines: Readonly<Record<RoutineName, Routine>> = {
  ...objects, ...registry, ...setters, ...services, ...notifications, ...connections, ...catalog,
  service_get_matching_services: services.text_form_is_gone,
  service_get_matching_service: services.text_form_is_gone,
  service_match_property_table: services.text_form_is_gone,
}

/** By message id. */
const server = new Map<number, Routine>(
  Object.entries(IOKit).map(([name, { id }]) => [id, routines[name as RoutineName]]),
)

/** Checks the arguments of a message and runs its routine on the sender's thread. */
function iokit_server(request: KobjectRequest): Blocking<KobjectReply> {
  const shape = iokitRoutine(request.id)
  const routine = server.get(request.id)
  if (shape === null || routine === undefined) return fail(MIG_BAD_ID)
  const fault = checkMigArguments(shape.request, request.body)
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
    finalizeUserReferences: (service) => !(service instanceof IOUserClient) || service.finalizeUserReferences(),
  }
}

/** Arguments: connection, index, up to six words. @xnu iokit/Kernel/IOUserClient.cpp iokit_user_client_trap — faithful */
function userClientTrap(task: Task, name: unknown, index: unknown, ...words: readonly unknown[]): TrapAnswer {
  const port = typeof name === 'number' ? (task.space.lookup(name)?.port ?? null) : null
  const client = objectOfPort(port, IKOT_IOKIT_CONNECT)
  if (!(client instanceof IOUserClient) || typeof index !== 'number') return { errno: 0, value: 0xe00002c2 }
  const trap = client.getTargetAndTrapForIndex(index)
  return { errno: 0, value: trap === null ? 0 : trap(...(words as readonly bigint[])) }
}

interface TrapAnswer {
  readonly errno: number
  readonly value: number
}

