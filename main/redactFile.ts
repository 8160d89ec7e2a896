import type { RedactionPreview, ReportKind, SecretKind } from '../kernel/api/index.ts'
import { previewRedaction, redact } from '../kernel/explain/index.ts'

/** A file of the library. */
export interface StoredFile {
  readonly name: string
  readonly kind: ReportKind
  readonly bytes: Uint8Array
}

/** One character per byte: what is not replaced comes out byte for byte. */
const decode = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')

const BINARY =
  'is a binary property list: write it as text first (workbench ioreg --from FILE -l -w0), then share that.'

function textOf({ name, bytes }: StoredFile): string {
  const text = decode(bytes)
  if (text.startsWith('bplist')) throw new Error(`${name} ${BINARY}`)
  return text
}

/** What a redacted copy of the file would look like. */
export function previewFile(file: StoredFile, kinds: readonly SecretKind[]): RedactionPreview {
  return previewRedaction(redactedName(file.name), textOf(file), kinds, file.kind === 'registry')
}

/** A copy without what `kinds` names; without kinds the file itself. */
export function exportFile(
  file: StoredFile,
  kinds: readonly SecretKind[],
): { name: string; bytes: Uint8Array } {
  if (kinds.length === 0) return { name: file.name, bytes: file.bytes }
  const { text } = redact(textOf(file), kinds, file.kind === 'registry')
  return { name: redactedName(file.name), bytes: Buffer.from(text, 'latin1') }
}

function redactedName(name: string): string {
  const dot = name.lastIndexOf('.')
  return dot <= 0 ? `${name}-redacted` : `${name.slice(0, dot)}-redacted${name.slice(dot)}`
}
