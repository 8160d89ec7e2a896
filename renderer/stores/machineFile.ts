import type { Problem } from '../../kernel/api/index.ts'

const LARGEST_BYTES = 16 * 1024 * 1024
const MARK = 'workbench-machine/'

/** What a file that is meant as a machine holds, or why it cannot be read; null when it is something else. */
export type MachineFile = { readonly description: unknown } | { readonly problem: Problem } | null

/** Looks whether a file is a machine file: JSON that names the format, or has devices. */
export function readMachineFile(name: string, bytes: Uint8Array): MachineFile {
  if (bytes.length > LARGEST_BYTES || firstCharacter(bytes) !== '{') return null
  const text = new TextDecoder().decode(bytes)
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return null
    return 'devices' in value || text.includes(MARK) ? { description: value } : null
  } catch (error) {
    if (!text.includes(MARK)) return null
    const why = error instanceof Error ? error.message : String(error)
    return { problem: { where: name, message: `The file is no valid JSON, it may be cut off: ${why}.` } }
  }
}

function firstCharacter(bytes: Uint8Array): string {
  const start = new TextDecoder().decode(bytes.subarray(0, 64))
  return start.trimStart().charAt(0)
}
