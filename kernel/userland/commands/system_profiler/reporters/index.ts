/** The reporters of System Information: the command and the view are fed by them alike. */
import { trap, type Task } from '../../../../mach/user.ts'
import type { KernelThread } from '../../../../sim/index.ts'
import { extensionsReporter } from './extensions.ts'
import { hardwareReporter } from './hardware.ts'
import { nvmeReporter } from './nvme.ts'
import { pciReporter } from './pci.ts'
import { RegistryClient } from './RegistryClient.ts'
import type { Reporter, ReporterContext, Section } from './Section.ts'
import { softwareReporter } from './software.ts'
import { storageReporter } from './storage.ts'

export type { Fact, FactValue, Reporter, Section, SectionItem } from './Section.ts'

/** Every data type, in the order of the sidebar. */
export const reporters: readonly Reporter[] = [
  hardwareReporter, nvmeReporter, pciReporter, storageReporter, softwareReporter, extensionsReporter,
]

/** The reporter of a data type; names are taken with and without `DataType`. */
export function findReporter(dataType: string): Reporter | null {
  return reporters.find((reporter) => reporter.dataType === dataType
    || reporter.dataType === `${dataType}DataType`) ?? null
}

/** Runs a reporter as a task of user space. */
export function* runReporter(reporter: Reporter, task: Task): KernelThread<Section> {
  const registry = new RegistryClient(task)
  const context: ReporterContext = {
    task, registry,
    *sysctl(name) {
      const { errno, value } = yield* trap(task, 'sysctl', name)
      return errno === 0 && (typeof value === 'string' || typeof value === 'number') ? value : null
    },
  }
  const section = yield* reporter.report(context)
  registry.close()
  return section
}
