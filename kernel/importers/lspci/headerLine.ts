import type { ListedPci } from '../../api/index.ts'
import type { Draft } from '../deviceList/drafts.ts'

const IDS = /\[([0-9a-f]{4}):([0-9a-f]{4})\]/giu

/** The numbers of a function in brackets, and where they stand in the text. */
interface FoundIds {
  readonly vendor: number
  readonly device: number
  readonly at: number
}

/** The last `[vvvv:dddd]` of a text: names may hold brackets of their own. */
export function lastIds(text: string): FoundIds | null {
  const match = [...text.matchAll(IDS)].at(-1)
  if (match === undefined) return null
  return { vendor: Number.parseInt(match[1]!, 16), device: Number.parseInt(match[2]!, 16), at: match.index }
}

/**
 * What stands behind the address in `lspci`, `-n` and `-nn`: class, name, numbers, revision, programming
 * interface. Whatever is not there stays as it was.
 */
export function readTerse(text: string, into: Draft<ListedPci>): void {
  const interfaceMatch = /\(prog-if ([0-9a-f]{2})\b/iu.exec(text)
  const revision = /\(rev ([0-9a-f]{2})\)/iu.exec(text)
  if (interfaceMatch !== null) into.programmingInterface = Number.parseInt(interfaceMatch[1]!, 16)
  if (revision !== null) into.revision = Number.parseInt(revision[1]!, 16)
  const numeric = /^(?:class )?([0-9a-f]{4}): ([0-9a-f]{4}):([0-9a-f]{4})(?: |$)/iu.exec(text)
  if (numeric !== null) {
    into.classCode = Number.parseInt(numeric[1]!, 16)
    into.vendorId = Number.parseInt(numeric[2]!, 16)
    into.deviceId = Number.parseInt(numeric[3]!, 16)
    return
  }
  const classMatch = /^[^[\]]*\[([0-9a-f]{4})\]:/iu.exec(text)
  if (classMatch !== null) into.classCode = Number.parseInt(classMatch[1]!, 16)
  const ids = lastIds(text)
  const end = ids?.at ?? (revision ?? interfaceMatch)?.index ?? text.length
  const start = classMatch === null ? text.indexOf(': ') + 2 : classMatch[0].length
  if (ids !== null) {
    into.vendorId = ids.vendor
    into.deviceId = ids.device
  }
  const name = text.slice(start < 2 ? 0 : start, end).trim()
  if (name !== '') into.name = name
}

/** `Name [1234]`: the name and the number; either may be missing. */
export function namedNumber(text: string): { readonly name: string | null; readonly number: number | null } {
  const trimmed = text.trim()
  if (/^[0-9a-f]{4}$/iu.test(trimmed)) return { name: null, number: Number.parseInt(trimmed, 16) }
  const at = trimmed.lastIndexOf('[')
  const match = at < 0 ? null : /^\[([0-9a-f]{4})\]$/iu.exec(trimmed.slice(at))
  if (match === null) return { name: trimmed === '' ? null : trimmed, number: null }
  const name = trimmed.slice(0, at).trimEnd()
  return { name: name === '' ? null : name, number: Number.parseInt(match[1]!, 16) }
}
