import {
  machineSchema, type KextRecord, type KextValue, type LintFinding, type LintReport, type LintRuleFacts,
} from '../../api/index.ts'
import { readKextPlist, readPlistTable, type ReadKextOptions } from '../../importers/index.ts'
import { validateMachine } from '../../machine/compose.ts'
import type { LintRule } from './LintRule.ts'
import { lineOf } from './locate.ts'
import { entitlementRules } from './rules/entitlements/index.ts'
import { kextRules } from './rules/kext/index.ts'
import { machineRules } from './rules/machine/index.ts'
import { openCoreRules } from './rules/openCore/index.ts'
import type {
  EntitlementsSubject, KextSubject, MachineSubject, OpenCoreEntry, OpenCoreSubject,
} from './subjects.ts'

/** Every rule there is, in the order of their numbers. */
export const lintRules: readonly LintRuleFacts[] =
  [...machineRules, ...kextRules, ...openCoreRules, ...entitlementRules]

/** A file to be looked at. */
export interface LintFile {
  readonly path: string
  /** Its text as far as it has lines; empty for a binary property list. */
  readonly text: string
}

const MAX_FINDINGS_PER_RULE = 200

function findings<S>(rules: readonly LintRule<S>[], subject: S, { path, text }: LintFile): LintFinding[] {
  return rules.flatMap((rule) => {
    const faults = rule.check(subject).slice(0, MAX_FINDINGS_PER_RULE)
    return faults.map(({ at, message, fix, line }) => ({
      rule: rule.id, severity: rule.severity, path, where: placeText(at), line: line ?? lineOf(text, at), message,
      fix: fix ?? rule.fix,
    }))
  })
}

/** Keys as one text: `Kernel.Add[2].BundlePath`. */
function placeText(at: readonly (string | number)[]): string {
  return at.map((step, i) => (typeof step === 'number' ? `[${step}]`
    : `${i === 0 ? '' : '.'}${step}`)).join('')
}

/** Looks at a machine file. */
export function lintMachine(file: LintFile): LintFinding[] {
  return findings(machineRules, machineSubject(file.text), file)
}

function machineSubject(text: string): MachineSubject {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    const message = `The file is not JSON: ${error instanceof Error ? error.message : 'unreadable'}.`
    return { hasShape: false, problems: [{ where: 'machine', message }] }
  }
  const problems = validateMachine(value)
  return { hasShape: machineSchema.safeParse(value).success, problems }
}

/** Looks at a kext or dext, in a bundle or by its Info.plist alone. */
export function lintKext(
  file: LintFile, bytes: Uint8Array, bundle: KextSubject['bundle'], options: ReadKextOptions = {},
): LintFinding[] {
  const record = readKextPlist(bytes, { where: file.path, ...options })
  return findings(kextRules, { record, root: readPlistTable(bytes), bundle }, file)
}

/** Looks at the list of kexts in a config.plist of OpenCore. */
export function lintOpenCore(file: LintFile, bytes: Uint8Array,
  folder: OpenCoreSubject['folder']): LintFinding[] {
  const kernel = readPlistTable(bytes).get('Kernel')
  const add = kernel instanceof Map ? (kernel as ReadonlyMap<string, KextValue>).get('Add') : undefined
  const list = Array.isArray(add) ? add as readonly KextValue[] : []
  const entries = list.flatMap((one, index) => (one instanceof Map ? [entryOf(one, index, folder)] : []))
  return findings(openCoreRules, { entries, folder }, file)
}

function entryOf(
  table: ReadonlyMap<string, KextValue>, index: number, folder: OpenCoreSubject['folder'],
): OpenCoreEntry {
  const text = (key: string): string => {
    const value = table.get(key)
    return typeof value === 'string' ? value : ''
  }
  const bundlePath = text('BundlePath')
  return {
    index, bundlePath, executablePath: text('ExecutablePath'), plistPath: text('PlistPath'),
    isEnabled: table.get('Enabled') !== false, minKernel: text('MinKernel'), maxKernel: text('MaxKernel'),
    arch: text('Arch') === '' ? 'Any' : text('Arch'), record: folder?.bundles.get(bundlePath) ?? null,
  }
}

/** Looks at entitlements, beside the dexts of the same run. */
export function lintEntitlements(file: LintFile, bytes: Uint8Array,
  dexts: readonly KextRecord[]): LintFinding[] {
  const subject: EntitlementsSubject = { root: readPlistTable(bytes),
    dexts: dexts.filter(({ dext }) => dext !== null) }
  return findings(entitlementRules, subject, file)
}

const ORDER = { error: 0, warning: 1, info: 2 } as const

/** Findings of several files, by file, line and severity. */
export function lintReport(all: readonly LintFinding[], files: number): LintReport {
  const sorted = all.toSorted((a, b) => compare(a.path, b.path) || (a.line ?? 0) - (b.line ?? 0)
    || ORDER[a.severity] - ORDER[b.severity] || compare(a.rule, b.rule))
  return { findings: sorted, files }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
