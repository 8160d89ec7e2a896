/** The order in which the I/O Kit comes up. */
export { addKernelConfigTables } from './KernelConfigTables.ts'
export {
  InitIOKit, StartIOKitMatching, initializeIOKit, iokitDaemonLaunched, type IOKitBootOptions,
} from './IOStartIOKit.ts'
