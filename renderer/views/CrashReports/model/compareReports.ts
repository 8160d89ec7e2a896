import type { StoredReport } from '../../../../kernel/api/index.ts'
import { imagesOf } from './images.ts'
import { registersOf } from './registers.ts'
import { stacksOf, type StackFrame } from './stacks.ts'
import { crashOf, panicOf, verdictOf } from './verdictOf.ts'

export type CompareState = 'same' | 'changed' | 'added' | 'removed'

/** One line of two reports side by side; null where a side has nothing. */
export interface ComparedRow {
  readonly label: string
  readonly left: string | null
  readonly right: string | null
  readonly state: CompareState
}

export interface Comparison {
  readonly facts: readonly ComparedRow[]
  readonly images: readonly ComparedRow[]
  readonly frames: readonly ComparedRow[]
  readonly registers: readonly ComparedRow[]
}

/** More frames of a stack are not aligned: the tail is told as it stands. */
const MOST_FRAMES = 300

/** What two reports have in common and where they differ. */
export function compareReports(left: StoredReport, right: StoredReport): Comparison {
  return {
    facts: byKey(factsOf(left), factsOf(right)),
    images: byKey(versionsOf(left), versionsOf(right)),
    frames: alignFrames(framesOf(left), framesOf(right)),
    registers: byKey(registerValues(left), registerValues(right)),
  }
}

/** How many rows differ. */
export function differences(rows: readonly ComparedRow[]): number {
  return rows.filter(({ state }) => state !== 'same').length
}

function stateOf(left: string | null, right: string | null): CompareState {
  return left === right ? 'same' : left === null ? 'added' : right === null ? 'removed' : 'changed'
}

/** Rows of both by their label: in the left one's order, then what only the right one has. */
function byKey(
  left: ReadonlyMap<string, string>,
  right: ReadonlyMap<string, string>,
): readonly ComparedRow[] {
  const labels = new Set([...left.keys(), ...right.keys()])
  return [...labels].map((label) => {
    const [a, b] = [left.get(label) ?? null, right.get(label) ?? null]
    return { label, left: a, right: b, state: stateOf(a, b) }
  })
}

function factsOf(report: StoredReport): ReadonlyMap<string, string> {
  const panic = panicOf(report)
  const crash = crashOf(report)
  const verdict = verdictOf(report)
  const uptime = panic?.derived.uptimeSeconds ?? crash?.awakeSeconds ?? null
  const entries: readonly (readonly [string, string | null | undefined])[] = [
    ['Verdict', verdict?.title],
    ['First suspect', verdict?.suspects[0]?.bundle],
    ['Words', panic?.message?.split('\n')[0]],
    ['Fault address', panic?.derived.fault?.address ?? crash?.derived.faultAddress],
    ['Access', panic?.derived.fault?.access ?? crash?.derived.access],
    ['Exception', crash?.exception?.type],
    ['Process', crash?.process ?? panic?.processName],
    ['Process version', crash?.version],
    ['Model', panic?.model ?? crash?.model],
    ['System', panic?.osVersion ?? crash?.osVersion],
    ['Kernel', panic?.kernelVersion],
    ['Boot arguments', panic?.bootArgs],
    ['Last kext started', panic?.lastStartedKext?.id],
    ['Up for', uptime === null ? null : `${Math.round(uptime)} s`],
    [
      'Since wake',
      panic === null || panic.derived.secondsSinceWake === null
        ? null
        : `${Math.round(panic.derived.secondsSinceWake)} s`,
    ],
  ]
  return new Map(
    entries.flatMap(([label, value]) =>
      value === null || value === undefined || value === '' ? [] : [[label, value] as const],
    ),
  )
}

function versionsOf(report: StoredReport): ReadonlyMap<string, string> {
  return new Map(
    imagesOf(report).map(({ name, version }) => [name, version === '' ? 'no version' : version]),
  )
}

function registerValues(report: StoredReport): ReadonlyMap<string, string> {
  return new Map(registersOf(report)[0]?.rows.map(({ name, value }) => [name, value]) ?? [])
}

function framesOf(report: StoredReport): readonly StackFrame[] {
  return (stacksOf(report)[0]?.frames ?? []).filter(({ isMachinery }) => !isMachinery)
}

/** What a frame is called in every build: not its address. */
function nameOf({ image, symbol, offset, address }: StackFrame): string {
  if (symbol !== null) return image === null ? symbol : `${image} · ${symbol}`
  return image === null ? address : `${image} ${offset}`
}

/** The longest common run of frames stays side by side; what only one has stands alone. */
function alignFrames(left: readonly StackFrame[], right: readonly StackFrame[]): readonly ComparedRow[] {
  const [a, b] = [left.slice(0, MOST_FRAMES).map(nameOf), right.slice(0, MOST_FRAMES).map(nameOf)]
  const lengths = commonLengths(a, b)
  const rows: ComparedRow[] = []
  let [i, j] = [0, 0]
  const label = (): string => String(rows.length)
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      rows.push({ label: label(), left: a[i++] ?? null, right: b[j++] ?? null, state: 'same' })
    } else if (
      j >= b.length ||
      (i < a.length && (lengths[i + 1]?.[j] ?? 0) >= (lengths[i]?.[j + 1] ?? 0))
    ) {
      rows.push({ label: label(), left: a[i++] ?? null, right: null, state: 'removed' })
    } else rows.push({ label: label(), left: null, right: b[j++] ?? null, state: 'added' })
  }
  return rows
}

/** `lengths[i][j]`: the longest common subsequence of what is left of both from there. */
function commonLengths(a: readonly string[], b: readonly string[]): readonly Uint16Array[] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1))
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const [row, below] = [lengths[i], lengths[i + 1]]
      if (row === undefined || below === undefined) continue
      row[j] = a[i] === b[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0)
    }
  }
  return lengths
}
