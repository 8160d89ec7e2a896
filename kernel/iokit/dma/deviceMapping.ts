import { kIOReturnSuccess, type IOReturn } from '../../abi/index.ts'
import { panic } from '../../mach/index.ts'
import { present } from '../../sim/index.ts'
import { IOMDDMAWalkSegmentState, type IOMDDMAMapArgs, type IOMemoryDescriptor } from '../memory/index.ts'
import type { DMAState, MapSegment } from './DMAState.ts'
import type { IODMACommand } from './IODMACommand.ts'

/**
 * Gives the prepared range device addresses at the command's mapper.
 * @xnu iokit/Kernel/IODMACommand.cpp prepare — faithful
 */
export function mapForDevice(state: DMAState, command: IODMACommand): IOReturn {
  const memory = state.source
  const args: IOMDDMAMapArgs = {
    fMapper: present(state.mapper, 'there is a mapper'), fCommand: command,
    fMapSpec: {
      device: state.device, alignment: state.alignment,
      numAddressBits: state.numAddressBits === 0 ? 64 : state.numAddressBits,
    },
    fOffset: state.copyMD === null ? state.preparedOffset : 0,
    fLength: state.preparedLength, fAlloc: 0, fAllocLength: 0,
  }
  const result = memory.dmaMap(args)
  if (result !== kIOReturnSuccess) return result
  if (args.fAllocLength !== 0 && args.fAllocLength !== args.fLength) {
    const page = args.fMapper.getPageSize()
    state.mapSegments = mapSegmentsOf(state, memory, page)
    state.localMapperAllocBase = args.fAlloc - (args.fAlloc % page)
  }
  state.localMapperAlloc = args.fAlloc
  state.localMapperAllocValid = true
  state.localMapperAllocLength = args.fAllocLength
  return kIOReturnSuccess
}

/** Takes the device addresses away again. */
export function unmapForDevice(state: DMAState, command: IODMACommand, memory: IOMemoryDescriptor): IOReturn {
  const result = memory.dmaUnmap({
    fMapper: present(state.mapper, 'there is a mapper'), fCommand: command,
    fAlloc: state.localMapperAlloc, fAllocLength: state.localMapperAllocLength,
  })
  state.localMapperAlloc = 0
  state.localMapperAllocValid = false
  state.localMapperAllocLength = 0
  state.mapSegments = []
  return result
}

/** Memory whose inner pieces do not fill pages of the mapper has a place for each piece. */
function mapSegmentsOf(state: DMAState, memory: IOMemoryDescriptor, page: number): MapSegment[] {
  const segments: MapSegment[] = []
  const walk = new IOMDDMAWalkSegmentState()
  const start = state.copyMD === null ? state.preparedOffset : 0
  let mapOffset = 0
  for (let index = 0; index < state.preparedLength;) {
    walk.fOffset = start + index
    walk.fMapped = false
    const result = memory.walkSegments(walk)
    if (result !== kIOReturnSuccess) panic('dmaCommandOperation')
    const pageOffset = walk.fIOVMAddr % page
    segments.push({ dmaOffset: state.preparedOffset + index, mapOffset, pageOffset })
    index += walk.fLength
    mapOffset += Math.ceil((pageOffset + walk.fLength) / page) * page
  }
  return segments
}
