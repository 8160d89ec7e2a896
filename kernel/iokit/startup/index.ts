/** The order in which the I/O Kit comes up. */
export {
  InitIOKit, StartIOKitMatching, bootArgument, initializeIOKit, iokitDaemonLaunched, type IOKitBootOptions,
} from './IOStartIOKit.ts'
