import type { ProfileItem, ProfileReport } from '../api/index.ts'
import { task_create, task_terminate } from '../mach/index.ts'
import { assert, type KernelThread } from '../sim/index.ts'
import {
  findReporter, reporters, runReporter, type Fact, type SectionItem,
} from '../userland/commands/system_profiler/reporters/index.ts'
import type { Machine } from './Machine.ts'

/** Process id of the task that reads for a view: no process of the machine has it. */
const OBSERVER_PID = 99_999
/** How often a reporter may give way before it counts as one that blocks. */
const MAX_PAUSES = 1000

/** The data types that System Information can show, in the order of its list. */
export function profileTypes(): { dataType: string; title: string; group: string }[] {
  return reporters.map(({ dataType, title, group }) => ({ dataType, title, group }))
}

/**
 * One page of System Information of a running machine, made by the reporter that `system_profiler` uses. It
 * runs in
 * a task of its own outside the machine's time: looking changes nothing of the run. Null for an unknown type.
 */
export function profileMachine(machine: Machine, dataType: string): ProfileReport | null {
  const reporter = findReporter(dataType)
  if (reporter === null) return null
  return machine.simulation.enter(() => {
    const task = task_create({ pid: OBSERVER_PID, name: 'system_profiler' })
    const section = runAtOnce(runReporter(reporter, task))
    task_terminate(task)
    return { dataType: reporter.dataType, title: reporter.title, items: section.items.map(profileItem) }
  })
}

/** Runs a thread body that only asks kernel objects: it never sleeps, so no scheduler is needed. */
function runAtOnce<T>(body: KernelThread<T>): T {
  for (let pauses = 0; pauses < MAX_PAUSES; pauses++) {
    const step = body.next(0)
    if (step.done === true) return step.value
  }
  assert(false, 'a reporter waits for something')
}

function profileItem(item: SectionItem): ProfileItem {
  const groups = item.facts.filter((fact) => typeof fact.value !== 'string' && fact.label !== null)
  return {
    name: item.name,
    facts: plainFacts(item.facts),
    items: [...groups.map(groupItem), ...(item.items ?? []).map(profileItem)],
    ...(item.entryId === undefined ? {} : { entryId: item.entryId }),
  }
}

/** A group of facts as an item of its own. */
function groupItem(fact: Fact): ProfileItem {
  const facts = typeof fact.value === 'string' ? [] : fact.value
  const groups = facts.filter(({ value, label }) => typeof value !== 'string' && label !== null)
  return { name: fact.label ?? fact.key, facts: plainFacts(facts), items: groups.map(groupItem) }
}

function plainFacts(facts: readonly Fact[]): { label: string; value: string }[] {
  return facts.flatMap(({ label, value }) => (label === null || typeof value !== 'string' ? []
    : [{ label, value }]))
}
