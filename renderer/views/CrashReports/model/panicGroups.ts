import type { PanicReport } from '../../../../kernel/api/index.ts'
import { fact, seconds, shortHex, type Fact, type FactGroup } from './fact.ts'

/** What a panic says of the machine, the system and the time. */
export function panicGroups(panic: PanicReport): readonly FactGroup[] {
  return [...machineGroups(panic), ...momentGroups(panic)]
}

function machineGroups(panic: PanicReport): readonly FactGroup[] {
  const { derived, panicFlags } = panic
  return [
    {
      title: 'Machine',
      facts: [
        ...fact('Model', panic.model),
        ...fact('Architecture', derived.arch),
        ...fact('Chip', derived.soc),
        ...fact('CPU', panic.cpu),
      ],
    },
    {
      title: 'System',
      facts: [
        ...fact('Version', panic.osVersion),
        ...fact('macOS', panic.macOSVersion),
        ...fact('Darwin', derived.darwin),
        ...fact('Kernel', panic.kernelVersion),
        ...fact('Kernel UUID', panic.kernelUuid, true),
        ...fact('Kernel cache UUID', panic.kernelCacheUuid, true),
        ...fact('Boot arguments', panic.bootArgs, true),
        ...fact(
          'Flags',
          panicFlags === null ? null : [panicFlags.value, ...panicFlags.meanings].join(', '),
        ),
      ],
    },
  ]
}

function momentGroups(panic: PanicReport): readonly FactGroup[] {
  const { derived, lastStartedKext: started, lastStoppedKext: stopped } = panic
  return [
    {
      title: 'Panic',
      facts: [
        ...fact('Caller', panic.caller, true),
        ...fact('Source', panic.source === null ? null : `${panic.source.file}:${panic.source.line}`, true),
        ...fact('Trap', panic.trap === null ? null : `${panic.trap.type} = ${panic.trap.name}`),
        ...fact(
          'Task',
          panic.panickedTask === null
            ? null
            : [panic.panickedTask.name, panic.panickedTask.address].filter(Boolean).join(' '),
        ),
        ...fact('Thread', panic.panickedThread, true),
        ...fact('Process', panic.processName),
      ],
    },
    {
      title: 'Time',
      facts: [
        ...fact('Up for', seconds(derived.uptimeSeconds)),
        ...fact('Since wake', seconds(derived.secondsSinceWake)),
        ...fact(
          'Last kext started',
          started === null ? null : [started.id, started.version].filter(Boolean).join(' '),
        ),
        ...fact('Before the panic', seconds(derived.secondsSinceLastKext)),
        ...fact(
          'Last kext stopped',
          stopped === null ? null : [stopped.id, stopped.version].filter(Boolean).join(' '),
        ),
      ],
    },
    {
      title: 'Slide',
      facts: derived.slides.map(({ what, base, slide, unslid }) => ({
        label: what,
        value: `${shortHex(base)} − ${shortHex(slide)} = ${shortHex(unslid)}`,
        isMono: true,
      })),
    },
    { title: 'Reporter', facts: reporterFacts(panic) },
    { title: 'Further Lines', facts: panic.details.map(({ label, value }) => ({ label, value })) },
  ]
}

function reporterFacts({ reporter, stackshot }: PanicReport): readonly Fact[] {
  const kind = reporter?.bugType
  return [
    ...fact(
      'Kind',
      kind === null || kind === undefined ? null : [kind.value, kind.meaning].filter(Boolean).join(': '),
    ),
    ...fact('Date', reporter?.date),
    ...fact('Incident', reporter?.incident, true),
    ...fact('SoC', reporter?.socId, true),
    ...(reporter?.notes ?? []).map((value) => ({ label: 'Note', value })),
    ...Object.entries(reporter?.memory ?? {}).map(([label, value]) => ({ label, value })),
    ...fact(
      'Stackshot',
      stackshot === null ? null : `${stackshot.processes.length} processes, ${stackshot.images} images`,
    ),
    ...Object.entries(reporter?.others ?? {}).map(([label, value]) => ({ label, value })),
  ]
}
