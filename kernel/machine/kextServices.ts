import {
  handleKextRequest, KextSubsystem, type DriverEvaluator, type KextRequestMessage,
} from '../kext/index.ts'
import { registerTrap } from '../mach/index.ts'
import type { KextContext, KextServices, LoadedKext } from './options.ts'

/** The kext subsystem as machines take it: `kernel/kext`, with driver code through the host's evaluator. */
export function createKextServices(evaluator: DriverEvaluator): KextServices {
  const subsystem = new KextSubsystem(evaluator)
  return {
    install(context: KextContext): void {
      subsystem.install(context)
      registerTrap('kext_request', function* (_task, request) {
        return { errno: 0, value: yield* handleKextRequest(subsystem, request as KextRequestMessage) }
      })
    },
    loadBundle: (bundle) => subsystem.loadBundle(bundle),
    loadedKexts: () => subsystem.loadedKexts(),
    lastStartedKext: (): LoadedKext | null => subsystem.lastStartedKext,
  }
}
