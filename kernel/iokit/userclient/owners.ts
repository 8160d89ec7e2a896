import { kIOMessageTaskAppSuspendedChange } from '../../abi/index.ts'
import { IOLog, type Task } from '../../mach/index.ts'
import { kernelState, wait, type KernelThread } from '../../sim/index.ts'
import type { IOUserClient } from './IOUserClient.ts'

/** Connections by the tasks that opened them, the newest first. */
const clientsOf = kernelState(() => new Map<Task, IOUserClient[]>())

/** Notes that a task owns a connection; once is enough. */
export function addOwner(task: Task, client: IOUserClient): void {
  if (client.owners.has(task)) return
  client.owners.add(task)
  const list = clientsOf().get(task)
  if (list !== undefined) {
    list.unshift(client)
    return
  }
  clientsOf().set(task, [client])
  task.deathHooks.add(() => iokit_task_terminate(task))
}

/** The connection belongs to nobody any more. */
export function forgetOwners(client: IOUserClient): void {
  for (const task of client.owners) {
    const list = clientsOf().get(task)
    const index = list?.indexOf(client) ?? -1
    if (index !== -1) list!.splice(index, 1)
  }
  client.owners.clear()
}

/**
 * A task is gone, its ports too: connections that are still there, because a right to them lives elsewhere,
 * hear it when they have no other owner. Thread context.
 * @xnu iokit/Kernel/IOUserClient.cpp iokit_task_terminate — simplified: phase 2; DriverKit tasks have no
 * phase 1 here
 */
function* iokit_task_terminate(task: Task): KernelThread {
  const list = clientsOf().get(task) ?? []
  clientsOf().delete(task)
  const dead: IOUserClient[] = []
  for (const client of list) {
    client.owners.delete(task)
    if (client.owners.size > 0) continue
    client.retain()
    IOLog(`destroying out of band connect for ${client.getName()}\n`)
    dead.unshift(client)
  }
  for (const client of dead) {
    if (client.sharedInstance || !client.closed) yield* wait(client.clientDied())
    client.release()
  }
}

/**
 * A task went to the background's sleep, or came back: clients with the property
 * `IOUserClientMessageAppSuspended` are told, each once. Thread context.
 * @xnu iokit/Kernel/IOUserClient.cpp iokit_task_app_suspended_changed — faithful
 */
export function* iokit_task_app_suspended_changed(task: Task): KernelThread {
  const told = (clientsOf().get(task) ?? []).filter((client) => client.messageAppSuspended)
  for (const client of told) client.retain()
  for (const client of told) {
    yield* wait(client.message(kIOMessageTaskAppSuspendedChange, null, null))
    client.release()
  }
}
