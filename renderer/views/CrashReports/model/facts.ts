import type { CrashReport, PanicReport, StoredReport } from '../../../../kernel/api/index.ts'
import { crashGroups } from './crashGroups.ts'
import { capital, fact, shortHex, type Fact, type FactGroup } from './fact.ts'
import { panicGroups } from './panicGroups.ts'
import { crashOf, panicOf } from './verdictOf.ts'

/** What failed and where: the few facts that stand beside the verdict. */
export function faultFacts(report: Pick<StoredReport, 'record'>): readonly Fact[] {
  const panic = panicOf(report)
  if (panic !== null) return panicFault(panic)
  const crash = crashOf(report)
  return crash === null ? [] : crashFault(crash)
}

function panicFault({ derived, coprocessor, sleepFailure, processName }: PanicReport): readonly Fact[] {
  const { fault, sleepPhase } = derived
  const access =
    fault === null
      ? null
      : [
          fault.access === null ? null : capital(fault.access),
          fault.address === null ? null : shortHex(fault.address),
        ]
          .filter((part) => part !== null)
          .join(' at ')
  return [
    ...fact('Access', access),
    ...fact('Reason', fault?.reason === undefined ? null : capital(fault.reason)),
    ...fact('Address is', fault?.pattern),
    ...fact('Instruction', fault?.instruction, true),
    ...fact('Transition', sleepFailure?.transition),
    ...fact(
      'Phase',
      sleepPhase === null ? null : [sleepPhase.name, sleepPhase.text].filter(Boolean).join(': '),
    ),
    ...fact(
      'Waited',
      sleepFailure?.seconds === null || sleepFailure === null ? null : `${sleepFailure.seconds} s`,
    ),
    ...fact('Coprocessor', coprocessor?.name),
    ...fact('Process', processName),
  ]
}

function crashFault({ derived, exception, termination, process, pid }: CrashReport): readonly Fact[] {
  const access = [derived.access === null ? null : capital(derived.access), derived.faultAddress]
    .filter((part) => part !== null)
    .join(' at ')
  return [
    ...fact('Access', access),
    ...fact('Exception', [exception?.type, exception?.signal].filter(Boolean).join(', ')),
    ...fact('Meaning', derived.exception === null ? null : capital(derived.exception)),
    ...fact(
      'Ended by',
      [termination?.namespace, termination?.codeText ?? termination?.code].filter(Boolean).join(' '),
    ),
    ...fact('Which is', derived.termination),
    ...fact('Process', process === null ? null : pid === null ? process : `${process} [${pid}]`),
  ]
}

/** Everything the report says of the machine, the system and the time. */
export function factGroups(report: StoredReport): readonly FactGroup[] {
  const panic = panicOf(report)
  const crash = crashOf(report)
  const groups = panic !== null ? panicGroups(panic) : crash !== null ? crashGroups(crash) : []
  return [...fileGroup(report), ...groups].filter(({ facts }) => facts.length > 0)
}

function fileGroup({
  name,
  kind,
  sizeBytes,
  storedAt,
  happenedAt,
  machine,
}: StoredReport): readonly FactGroup[] {
  const isOwn = kind === 'machine-panic'
  return [
    {
      title: isOwn ? 'Run' : 'File',
      facts: [
        ...fact(isOwn ? 'Machine' : 'Name', isOwn ? machine : name),
        ...fact('Size', `${sizeBytes} bytes`),
        ...fact('Stored', new Date(storedAt).toLocaleString()),
        ...fact('Happened', happenedAt),
      ],
    },
  ]
}
