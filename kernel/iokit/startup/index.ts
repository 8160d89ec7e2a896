/** The order in which the I/O Kit comes up. */
export { addKernelConfigTables } from './KernelConfigTables.ts'
export {
  InitIOKit, StartIOKitMatching, bootArgument, initializeIOKit, iokitDaemonLaunched, type IOKitBootOptions,
} from './IOStartIOKit.ts'
