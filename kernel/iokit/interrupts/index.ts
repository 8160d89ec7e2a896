/** Interrupt controllers, vectors and the entry from the hardware. */
import { defineKernelClasses } from '../../libkern/index.ts'
import { IOInterruptController, IOSharedInterruptController } from './IOInterruptController.ts'
import { IOPCIMessagedInterruptController } from './IOPCIMessagedInterruptController.ts'

export { IOInterruptController, IOPCIMessagedInterruptController, IOSharedInterruptController }
export { interruptsDelivered, interruptVectors, IOInterruptVector } from './IOInterruptController.ts'
export type { MessageTarget, MessageVectors, SharedMessage } from './IOPCIMessagedInterruptController.ts'
export {
  deregisterInterruptController, gIOInterruptControllersKey, gIOInterruptSpecifiersKey,
  knownInterruptController, lookUpInterruptController, lookupInterrupt, registerInterruptController,
  resolveInterrupt, type InterruptNub, type InterruptSource, type ResolvedInterrupt,
} from './controllers.ts'

defineKernelClasses([IOInterruptController, IOSharedInterruptController])
