import type { CrashReport } from '../../../../kernel/api/index.ts'
import { fact, seconds, type FactGroup } from './fact.ts'

/** What a report about a process says of it, the system and the time. */
export function crashGroups(crash: CrashReport): readonly FactGroup[] {
  return [...processGroups(crash), ...endGroups(crash)]
}

function processGroups(crash: CrashReport): readonly FactGroup[] {
  const { parent, responsible } = crash
  return [
    {
      title: 'Process',
      facts: [
        ...fact('Name', crash.process),
        ...fact('Process ID', crash.pid),
        ...fact('Path', crash.path),
        ...fact('Identifier', crash.identifier),
        ...fact('Version', crash.version),
        ...fact('Code type', crash.codeType),
        ...fact('Role', crash.role),
        ...fact(
          'Translated',
          crash.isTranslated === null ? null : crash.isTranslated ? 'Yes, by Rosetta' : 'No',
        ),
        ...fact('Parent', parent?.name),
        ...fact('Responsible', responsible?.name),
        ...fact('User ID', crash.userId),
      ],
    },
    {
      title: 'System',
      facts: [
        ...fact('Version', crash.osVersion),
        ...fact('Model', crash.model),
        ...fact('System integrity', crash.sip),
        ...fact('Report version', crash.reportVersion),
        ...fact('Incident', crash.incident, true),
      ],
    },
    {
      title: 'Time',
      facts: [
        ...fact('Crashed', crash.date),
        ...fact('Launched', crash.launchDate),
        ...fact('Awake for', seconds(crash.awakeSeconds)),
        ...fact('Since wake', seconds(crash.sinceWakeSeconds)),
      ],
    },
  ]
}

function endGroups(crash: CrashReport): readonly FactGroup[] {
  const { exception, termination } = crash
  return [
    {
      title: 'Exception',
      facts: [
        ...fact('Type', exception?.type),
        ...fact('Codes', exception?.codes, true),
        ...fact('Subtype', exception?.subtype),
        ...fact('Signal', exception?.signal),
        ...fact('Message', exception?.message),
        ...fact('Note', exception?.note),
      ],
    },
    {
      title: 'Termination',
      facts: [
        ...fact('Namespace', termination?.namespace),
        ...fact('Code', termination?.codeText ?? termination?.code),
        ...fact('Words', termination?.indicator),
        ...fact('By', termination?.byProcess),
        ...(termination?.details ?? []).map((value) => ({ label: 'Detail', value })),
      ],
    },
    {
      title: 'Messages of Libraries',
      facts: crash.messages.map(({ image, lines }) => ({ label: image ?? '–', value: lines.join('\n') })),
    },
    ...memoryGroups(crash),
    {
      title: 'Further Lines',
      facts: Object.entries(crash.other).map(([label, value]) => ({ label, value })),
    },
    ...crash.sections.map(({ title, lines }) => ({
      title,
      facts: [{ label: 'Text', value: lines.join('\n'), isMono: true }],
    })),
  ]
}

function memoryGroups({ memory }: CrashReport): readonly FactGroup[] {
  if (memory === null) return []
  return [
    {
      title: 'Memory',
      facts: [
        ...fact('Page size', memory.pageSizeBytes),
        ...fact('Largest process', memory.largestProcess),
        ...memory.processes.map(({ name, pid, sizeBytes, reason, states }) => ({
          label: pid === null ? name : `${name} [${pid}]`,
          value: [
            sizeBytes === null ? null : `${(sizeBytes / 1024 / 1024).toFixed(1)} MB`,
            reason,
            ...states,
          ]
            .filter(Boolean)
            .join(' · '),
        })),
      ],
    },
  ]
}
