import type { PanicKextRange } from './PanicReport.ts'

/** `id(version)[uuid]@0xstart->0xend`, where version, uuid and end may be missing. */
const RANGE = /^([\w.-]+)\(([^)]*)\)(?:\[([0-9A-Fa-f-]{32,36})\])?(?:@(0x[0-9a-f]+)(?:->(0x[0-9a-f]+))?)?/u

/** The kexts of a backtrace, as its lines come by: each owner line is followed by those it depends on. */
export class BacktraceKexts {
  readonly kexts: (PanicKextRange & { readonly dependencies: string[] })[] = []

  /** True when the line belonged here. */
  take(line: string): boolean {
    const text = line.trim()
    const isDependency = text.startsWith('dependency: ')
    const match = RANGE.exec(isDependency ? text.slice(12) : text)
    if (match === null) return false
    const [, id = '', version = '', uuid = null, start = null, end = null] = match
    if (isDependency) this.kexts.at(-1)?.dependencies.push(id)
    else this.kexts.push({ id, version, uuid, start, end, dependencies: [] })
    return true
  }
}

/** `last started kext at 123: name<tab>version (addr 0x…, size n)`, or the stopped one: what stands behind the colon. */
export function lastKext(line: string): { which: 'started' | 'stopped'; text: string } | null {
  const match = /^last (started|loaded|stopped|unloaded) kext at \d+: (.*)$/u.exec(line)
  if (match === null) return null
  return { which: match[1] === 'started' || match[1] === 'loaded' ? 'started' : 'stopped', text: match[2]! }
}
