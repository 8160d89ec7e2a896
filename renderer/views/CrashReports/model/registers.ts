import type { StoredReport } from '../../../../kernel/api/index.ts'
import { crashOf, panicOf } from './verdictOf.ts'

export interface RegisterRow {
  readonly name: string
  readonly value: string
  readonly note: string
  /** What the instruction and the fault address are: worth a look first. */
  readonly isTelling: boolean
}

export interface RegisterBank {
  readonly title: string
  readonly rows: readonly RegisterRow[]
}

const TELLING = new Set(['rip', 'eip', 'pc', 'cr2', 'far', 'lr', 'esr', 'rsp', 'esp', 'sp'])

/** Registers of the report, in its own order. */
export function registersOf(report: Pick<StoredReport, 'record'>): readonly RegisterBank[] {
  const panic = panicOf(report)
  if (panic !== null) {
    const rows = rowsOf(panic.registers, panic.derived.esr === null ? {} : { esr: panic.derived.esr })
    return rows.length === 0 ? [] : [{ title: 'At the panic', rows }]
  }
  const crash = crashOf(report)
  if (crash === null) return []
  const threads = crash.threads.flatMap(({ index, registers }) =>
    registers === null ? [] : [{ index, registers }],
  )
  const banks = threads.map(({ index, registers }) => ({
    title: [`Thread ${index}`, registers.flavor].filter(Boolean).join(' · '),
    rows: rowsOf(registers.values, registers.notes),
  }))
  const { registers } = crash
  return registers === null
    ? banks
    : [
        ...banks,
        { title: registers.flavor ?? 'Crashed thread', rows: rowsOf(registers.values, registers.notes) },
      ]
}

function rowsOf(
  values: Readonly<Record<string, string>>,
  notes: Readonly<Record<string, string>>,
): readonly RegisterRow[] {
  return Object.entries(values).map(([name, value]) => ({
    name,
    value,
    note: notes[name] ?? '',
    isTelling: TELLING.has(name),
  }))
}
