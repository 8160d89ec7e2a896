import { AdminOpcode, Cns, CQ_ENTRY_BYTES, LogPage, PAGE_BYTES, SQ_ENTRY_BYTES, Status } from '../bits.ts'
import { activeNamespaces, identifyController, identifyNamespace, namespaceDescriptors } from './identify.ts'
import type { NvmeCommand } from './NvmeCommand.ts'
import type { NvmeController } from './NvmeController.ts'
import { CompletionQueue, SubmissionQueue } from './queues.ts'

const LOG_BYTES = 512
const ERROR_LOG_BYTES = 64
const FAULT = Status.doNotRetry

/** Carries out an admin command (section 5) and completes it. */
export function completeAdmin(controller: NvmeController, command: NvmeCommand): void {
  switch (command.opcode) {
    case AdminOpcode.asyncEvent:
      controller.asyncEvents.request(command)
      return
    case AdminOpcode.getFeatures: {
      const { status, result } = controller.features.get(command.dwords[0]!, command.dwords[1]!)
      controller.complete(command, status, result)
      return
    }
    case AdminOpcode.setFeatures: {
      const queuesExist = controller.completions.size > 1
      const { status, result } = controller.features.set(command.dwords[0]!, command.dwords[1]!, queuesExist)
      controller.complete(command, status, result)
      return
    }
    case AdminOpcode.abort:
      abort(controller, command)
      return
    default:
      controller.complete(command, perform(controller, command), 0)
  }
}

function perform(controller: NvmeController, command: NvmeCommand): number {
  switch (command.opcode) {
    case AdminOpcode.identify:
      return identify(controller, command)
    case AdminOpcode.createCq:
      return createCompletionQueue(controller, command)
    case AdminOpcode.createSq:
      return createSubmissionQueue(controller, command)
    case AdminOpcode.deleteCq:
      return deleteCompletionQueue(controller, command)
    case AdminOpcode.deleteSq:
      return deleteSubmissionQueue(controller, command)
    case AdminOpcode.getLogPage:
      return getLogPage(controller, command)
    default:
      return Status.invalidOpcode | FAULT
  }
}

/** Copies a reply into the memory that the command names. */
function reply(controller: NvmeController, command: NvmeCommand, data: Uint8Array): number {
  const status = controller.walker.walk(command.prp1, command.prp2, data.length)
  if (status !== Status.success) return status
  let done = 0
  for (let run = 0; run < controller.walker.count; run++) {
    const part = data.subarray(done, done + controller.walker.lengths[run]!)
    if (!controller.bus.write(controller.walker.addresses[run]!, part)) return Status.dataTransferError
    done += part.length
  }
  return Status.success
}

function identify(controller: NvmeController, command: NvmeCommand): number {
  const { namespaces, settings } = controller
  const selector = command.dwords[0]! & 0xff
  if (selector === Cns.controller) {
    return reply(controller, command, identifyController(settings, namespaces.size))
  }
  if (selector === Cns.activeNamespaces) {
    if (command.nsid >= 0xfffffffe) return Status.invalidNamespace | FAULT
    return reply(controller, command, activeNamespaces([...namespaces.keys()], command.nsid))
  }
  if (selector !== Cns.namespace && selector !== Cns.namespaceDescriptors) return Status.invalidField | FAULT
  const namespace = namespaces.get(command.nsid)
  if (namespace === undefined) return identifyMissing(controller, command, selector)
  const data = selector === Cns.namespace ? identifyNamespace(namespace) : namespaceDescriptors(namespace)
  return reply(controller, command, data)
}

/** An inactive but valid namespace number identifies as zeroes (5.15.2.1). */
function identifyMissing(controller: NvmeController, command: NvmeCommand, selector: number): number {
  const valid = command.nsid >= 1 && command.nsid <= Math.max(controller.namespaces.size, 1)
  if (!valid || selector !== Cns.namespace) return Status.invalidNamespace | FAULT
  return reply(controller, command, new Uint8Array(PAGE_BYTES))
}

function createCompletionQueue(controller: NvmeController, command: NvmeCommand): number {
  const id = command.dwords[0]! & 0xffff
  const size = (command.dwords[0]! >>> 16) + 1
  const flags = command.dwords[1]!
  const vector = flags >>> 16
  if (id === 0 || id > controller.settings.ioQueues || controller.completions.has(id)) {
    return Status.invalidQueueId | FAULT
  }
  if (size < 2 || size > controller.settings.queueEntries) return Status.invalidQueueSize | FAULT
  if ((flags & 1) === 0) return Status.invalidField | FAULT
  if (command.prp1 % PAGE_BYTES !== 0) return Status.invalidPrpOffset | FAULT
  if (vector >= controller.bus.vectorCount) return Status.invalidVector | FAULT
  if (!isMemory(controller, command.prp1, size * CQ_ENTRY_BYTES)) return Status.dataTransferError
  const interrupt = { enabled: (flags & 2) !== 0, vector }
  controller.completions.set(id, new CompletionQueue(controller.bus, id, command.prp1, size, interrupt))
  return Status.success
}

function createSubmissionQueue(controller: NvmeController, command: NvmeCommand): number {
  const id = command.dwords[0]! & 0xffff
  const size = (command.dwords[0]! >>> 16) + 1
  const flags = command.dwords[1]!
  const completion = controller.completions.get(flags >>> 16)
  if (completion === undefined || completion.id === 0) return Status.completionQueueInvalid | FAULT
  if (id === 0 || id > controller.settings.ioQueues || controller.submissions.has(id)) {
    return Status.invalidQueueId | FAULT
  }
  if (size < 2 || size > controller.settings.queueEntries) return Status.invalidQueueSize | FAULT
  if ((flags & 1) === 0) return Status.invalidField | FAULT
  if (command.prp1 % PAGE_BYTES !== 0) return Status.invalidPrpOffset | FAULT
  if (!isMemory(controller, command.prp1, size * SQ_ENTRY_BYTES)) return Status.dataTransferError
  completion.users++
  controller.submissions.set(id, new SubmissionQueue(controller.bus, id, command.prp1, size, completion))
  return Status.success
}

function isMemory(controller: NvmeController, address: number, sizeBytes: number): boolean {
  return controller.bus.read(address, new Uint8Array(4)) && controller.bus.read(
    address + sizeBytes - 4, new Uint8Array(4),
  )
}

function deleteCompletionQueue(controller: NvmeController, command: NvmeCommand): number {
  const id = command.dwords[0]! & 0xffff
  const queue = controller.completions.get(id)
  if (queue === undefined || id === 0) return Status.invalidQueueId | FAULT
  if (queue.users > 0) return Status.invalidQueueDeletion | FAULT
  controller.completions.delete(id)
  return Status.success
}

function deleteSubmissionQueue(controller: NvmeController, command: NvmeCommand): number {
  const id = command.dwords[0]! & 0xffff
  const queue = controller.submissions.get(id)
  if (queue === undefined || id === 0) return Status.invalidQueueId | FAULT
  controller.submissions.delete(id)
  controller.abortQueue(queue)
  queue.completion.users--
  return Status.success
}

function getLogPage(controller: NvmeController, command: NvmeCommand): number {
  const page = command.dwords[0]! & 0xff
  const words = (((command.dwords[1]! & 0xffff) * 65536) + (command.dwords[0]! >>> 16)) + 1
  const wanted = Math.min(words * 4, PAGE_BYTES)
  const data = logPage(controller, page)
  if (data === null) return Status.invalidLogPage | FAULT
  if ((command.dwords[0]! & 0x8000) === 0) controller.asyncEvents.logRead(page)
  const out = new Uint8Array(wanted)
  out.set(data.subarray(0, wanted))
  return reply(controller, command, out)
}

function logPage(controller: NvmeController, page: number): Uint8Array | null {
  if (page === LogPage.smart) return controller.smart.encode(controller.clock.nowNs)
  if (page === LogPage.error) {
    const entry = new Uint8Array(ERROR_LOG_BYTES)
    new DataView(entry.buffer).setBigUint64(0, BigInt(controller.smart.errorEntries), true)
    return entry
  }
  if (page !== LogPage.firmware) return null
  const data = new Uint8Array(LOG_BYTES)
  data[0] = 1
  const revision = controller.settings.firmwareRevision.padEnd(8).slice(0, 8)
  for (let i = 0; i < 8; i++) data[8 + i] = revision.charCodeAt(i)
  return data
}

/** Abort (5.1): result bit 0 is clear when the command was stopped. */
function abort(controller: NvmeController, command: NvmeCommand): void {
  const queueId = command.dwords[0]! & 0xffff
  const cid = command.dwords[0]! >>> 16
  const victim = controller.active.find((candidate) => {
    return candidate !== command && candidate.queue.id === queueId && candidate.cid === cid
  })
  if (victim === undefined) {
    controller.complete(command, Status.success, 1)
    return
  }
  if (!controller.asyncEvents.cancel(victim)) controller.clock.events.cancel(victim)
  controller.complete(victim, Status.abortRequested, 0)
  controller.complete(command, Status.success, 0)
}
