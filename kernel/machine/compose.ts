import {
  machineSchema, type MachineDescription, type PartDescription, type Problem, type Result,
} from '../api/index.ts'
import { parts } from '../families/index.ts'
import { checkMachine } from './checks.ts'

/** Every kind of part a machine may contain: what the palette shows. */
export function listParts(): PartDescription[] {
  return parts.map(({ part, title, family, summary, parents, slotForm, platforms, options }) => ({
    part, title, family, summary, parents, slotForm, platforms, options,
  }))
}

/** All faults of a machine file; empty when it can be powered on. Builds nothing. */
export function validateMachine(description: unknown): Problem[] {
  const result = readMachine(description)
  return result.ok ? [] : result.problems
}

/**
 * Reads a machine file: the description with its defaults filled in, or everything that speaks against it.
 */
export function readMachine(description: unknown): Result<MachineDescription> {
  const parsed = machineSchema.safeParse(description)
  if (!parsed.success) return { ok: false,
    problems: parsed.error.issues.map((issue) => schemaProblem(issue, description)) }
  const problems = checkMachine(parsed.data)
  return problems.length === 0 ? { ok: true, value: parsed.data } : { ok: false, problems }
}

interface SchemaIssue {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

function schemaProblem(issue: SchemaIssue, description: unknown): Problem {
  const seen = valueAt(description, issue.path)
  return {
    where: jsonPath(issue.path),
    message: `${issue.message}.`.replace(/\.\.$/u, '.'),
    ...(seen === undefined ? {} : { seen: shortened(seen) }),
  }
}

function jsonPath(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'machine'
  return path.map((part) => (typeof part === 'number' ? `[${part}]`
    : `.${String(part)}`)).join('').replace(/^\./u, '')
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value
  for (const part of path) {
    if (typeof at !== 'object' || at === null) return undefined
    at = (at as Record<PropertyKey, unknown>)[part]
  }
  return at
}

function shortened(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}
