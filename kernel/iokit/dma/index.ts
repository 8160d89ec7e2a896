/** DMA commands: memory as the bus sees it. */
import { defineKernelClasses } from '../../libkern/index.ts'
import { IODMACommand } from './IODMACommand.ts'

export { IODMACommand }
export type { DMASegment, DMASpecification } from './IODMACommand.ts'

defineKernelClasses([IODMACommand])
