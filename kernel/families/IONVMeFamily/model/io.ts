import { NvmOpcode, Status } from '../bits.ts'
import type { NvmeCommand } from './NvmeCommand.ts'
import type { NvmeController } from './NvmeController.ts'
import type { NvmeNamespace } from './NvmeNamespace.ts'

const TRIM_RANGE_BYTES = 16

/** Time the flash needs for a command. */
export function serviceNs(controller: NvmeController, command: NvmeCommand): number {
  const { timing } = controller.settings
  switch (command.opcode) {
    case NvmOpcode.read:
    case NvmOpcode.write: {
      const namespace = controller.namespaces.get(command.nsid)
      const bytes = ((command.dwords[2]! & 0xffff) + 1) * (namespace?.image.blockBytes ?? 0)
      const base = command.opcode === NvmOpcode.read ? timing.readNs : timing.writeNs
      return base + Math.round((bytes * 1e9) / timing.bytesPerSecond)
    }
    case NvmOpcode.flush:
      return timing.flushNs
    default:
      return timing.trimNs
  }
}

/** Carries out a command of the NVM command set (section 6) and completes it. */
export function completeIo(controller: NvmeController, command: NvmeCommand): void {
  const namespace = controller.namespaces.get(command.nsid)
  if (namespace === undefined && !(command.opcode === NvmOpcode.flush && command.nsid === 0xffffffff)) {
    controller.complete(command, Status.invalidNamespace | Status.doNotRetry, 0)
    return
  }
  controller.complete(command, perform(controller, command, namespace), 0)
}

function perform(
  controller: NvmeController, command: NvmeCommand, namespace: NvmeNamespace | undefined,
): number {
  if (command.opcode === NvmOpcode.flush) return flush(controller, namespace)
  if (namespace === undefined) return Status.invalidNamespace
  switch (command.opcode) {
    case NvmOpcode.read:
      return readBlocks(controller, command, namespace)
    case NvmOpcode.write:
      return writeBlocks(controller, command, namespace)
    case NvmOpcode.writeZeroes:
      return writeZeroes(command, namespace)
    case NvmOpcode.datasetManagement:
      return datasetManagement(controller, command, namespace)
    default:
      return Status.invalidOpcode | Status.doNotRetry
  }
}

function flush(controller: NvmeController, namespace: NvmeNamespace | undefined): number {
  const all = namespace === undefined ? [...controller.namespaces.values()] : [namespace]
  return all.every((entry) => entry.image.flush()) ? Status.success : Status.internalError
}

/** Byte offset of a transfer, or a negative status. */
function startOf(command: NvmeCommand, namespace: NvmeNamespace, bytes: number): number {
  const first = command.dwords[1]! * 4294967296 + command.dwords[0]!
  const offset = first * namespace.image.blockBytes
  return offset + bytes > namespace.image.sizeBytes ? -(Status.lbaOutOfRange | Status.doNotRetry) : offset
}

/** Checks size and range and collects the memory runs; a status, or success with the runs in the walker. */
function prepare(controller: NvmeController, command: NvmeCommand, bytes: number): number {
  if (bytes > 4096 << controller.settings.mdts) return Status.invalidField | Status.doNotRetry
  if (!controller.bus.mastering) return Status.dataTransferError
  return controller.walker.walk(command.prp1, command.prp2, bytes)
}

function readBlocks(controller: NvmeController, command: NvmeCommand, namespace: NvmeNamespace): number {
  const bytes = ((command.dwords[2]! & 0xffff) + 1) * namespace.image.blockBytes
  let offset = startOf(command, namespace, bytes)
  if (offset < 0) return -offset
  const status = prepare(controller, command, bytes)
  if (status !== Status.success) return status
  const { walker, bus, smart } = controller
  for (let run = 0; run < walker.count; run++) {
    const [address, length] = [walker.addresses[run]!, walker.lengths[run]!]
    const span = bus.spanOnce(address, length, true)
    const target = span ?? new Uint8Array(length)
    if (!namespace.image.read(offset, target)) {
      smart.mediaErrors++
      return Status.unrecoveredRead
    }
    if (span === null && !bus.write(address, target)) return Status.dataTransferError
    offset += length
  }
  smart.reads++
  smart.bytesRead += bytes
  return Status.success
}

function writeBlocks(controller: NvmeController, command: NvmeCommand, namespace: NvmeNamespace): number {
  const bytes = ((command.dwords[2]! & 0xffff) + 1) * namespace.image.blockBytes
  let offset = startOf(command, namespace, bytes)
  if (offset < 0) return -offset
  const status = prepare(controller, command, bytes)
  if (status !== Status.success) return status
  const { walker, bus, smart } = controller
  for (let run = 0; run < walker.count; run++) {
    const [address, length] = [walker.addresses[run]!, walker.lengths[run]!]
    const span = bus.spanOnce(address, length, false)
    const source = span ?? new Uint8Array(length)
    if (span === null && !bus.read(address, source)) return Status.dataTransferError
    if (!namespace.image.write(offset, source)) {
      smart.mediaErrors++
      return Status.writeFault
    }
    offset += length
  }
  smart.writes++
  smart.bytesWritten += bytes
  return Status.success
}

function writeZeroes(command: NvmeCommand, namespace: NvmeNamespace): number {
  const bytes = ((command.dwords[2]! & 0xffff) + 1) * namespace.image.blockBytes
  const offset = startOf(command, namespace, bytes)
  if (offset < 0) return -offset
  return namespace.image.discard(offset, bytes) ? Status.success : Status.writeFault
}

/** Deallocates the ranges of a Dataset Management command (6.7). */
function datasetManagement(
  controller: NvmeController, command: NvmeCommand, namespace: NvmeNamespace,
): number {
  const bytes = ((command.dwords[0]! & 0xff) + 1) * TRIM_RANGE_BYTES
  const status = prepare(controller, command, bytes)
  if (status !== Status.success) return status
  const ranges = new Uint8Array(bytes)
  let done = 0
  for (let run = 0; run < controller.walker.count; run++) {
    const part = ranges.subarray(done, done + controller.walker.lengths[run]!)
    if (!controller.bus.read(controller.walker.addresses[run]!, part)) return Status.dataTransferError
    done += part.length
  }
  if ((command.dwords[1]! & 4) === 0) return Status.success
  return deallocate(namespace, new DataView(ranges.buffer))
}

function deallocate(namespace: NvmeNamespace, ranges: DataView): number {
  const { image } = namespace
  for (let at = 0; at < ranges.byteLength; at += TRIM_RANGE_BYTES) {
    const bytes = ranges.getUint32(at + 4, true) * image.blockBytes
    const offset = (
      ranges.getUint32(at + 12, true) * 4294967296 + ranges.getUint32(at + 8, true)
    ) * image.blockBytes
    if (offset + bytes > image.sizeBytes) return Status.lbaOutOfRange | Status.doNotRetry
    if (bytes > 0 && !image.discard(offset, bytes)) return Status.writeFault
  }
  return Status.success
}
