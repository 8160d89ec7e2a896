import { createKextServices, type KextBundleFiles, type MachineOptions } from '../../kernel/index.ts'
import { reportPanic } from '../../kernel/panic/index.ts'
import { compartmentEvaluator } from './sandbox/index.ts'

/** What every host gives its machines: the bundles of /Library/Extensions, the kext subsystem and the panic reporter. */
export function machineOptions(kexts: readonly KextBundleFiles[]): Omit<MachineOptions, 'seed'> {
  return { kexts, kextServices: () => createKextServices(compartmentEvaluator), panicReporter: reportPanic }
}
