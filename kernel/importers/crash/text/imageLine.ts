import { addressOf, hexOf, uuidOf, type CrashDraft } from '../CrashDraft.ts'

type Image = CrashDraft['images'][number]

const ARCH = /^(?:arm[\w]*|x86_64h?|i[3-6]86|ppc[\w]*|unknown)$/u

/** Reads a line of the list of images; null when it is none. */
export function imageLine(line: string): Image | null {
  const range = /^\s*(0x[0-9a-f]{1,40}) - +(0x[0-9a-f]{1,40}|\?{3,})\s+/iu.exec(line)
  if (range === null) return null
  const base = addressOf(range[1]!)
  if (base === null) return null
  const end = addressOf(range[2]!)
  const { label, uuid, path } = partsOf(line.slice(range[0].length))
  const { name, version, arch } = labelParts(label)
  const file = path === null ? null : path.slice(path.lastIndexOf('/') + 1).trim()
  return {
    name: file ?? (name === '' ? null : name),
    identifier: name !== '' && name !== file && name.includes('.') && path !== null ? name : null,
    version, arch, base: hexOf(base), end: end === null ? null : hexOf(end), uuid: uuidOf(uuid), path,
  }
}

/** Label, `<uuid>` and path. */
function partsOf(text: string): { label: string; uuid: string | null; path: string | null } {
  const open = text.search(/<[0-9a-f-]{16,40}>/iu)
  if (open >= 0) {
    const close = text.indexOf('>', open)
    const path = text.slice(close + 1).trim()
    return { label: text.slice(0, open).trim(), uuid: text.slice(open + 1, close),
      path: path.startsWith('/') ? path : null }
  }
  const slash = text.search(/\s\//u)
  if (slash < 0) return { label: text.trim(), uuid: null, path: null }
  return { label: text.slice(0, slash).trim(), uuid: null, path: text.slice(slash + 1).trim() }
}

/** `+com.example.App (2.0 - 5)`, `libz.dylib arm64e`, `com.apple.foo 6.6 (6.6.8)`. */
function labelParts(label: string): { name: string; version: string | null; arch: string | null } {
  let name = label.startsWith('+') ? label.slice(1) : label
  let version: string | null = null
  let arch: string | null = null
  if (name.endsWith(')')) {
    const open = name.lastIndexOf(' (')
    if (open >= 0) {
      version = name.slice(open + 2, -1)
      name = name.slice(0, open).trimEnd()
      const older = /\s(\d[\w.]*|\?\?\?)$/u.exec(name.slice(-40))
      if (older !== null) {
        name = name.slice(0, name.length - older[0].length).trimEnd()
        version = `${older[1]!} (${version})`
      }
    }
  } else {
    const words = name.split(/\s+/u)
    const last = words.at(-1) ?? ''
    if (words.length > 1 && ARCH.test(last)) {
      arch = last
      name = name.slice(0, name.length - last.length).trimEnd()
    }
  }
  return { name, version: version === '*' || version === '???' ? null : version, arch }
}
