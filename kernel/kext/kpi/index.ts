/** The libraries of the kernel that kexts are lent, a module each. */
import * as bsd from './bsd.ts'
import * as iokit from './iokit.ts'
import * as libkern from './libkern.ts'
import * as mach from './mach.ts'
import * as unsupported from './unsupported.ts'

type Lent = Readonly<Record<string, unknown>>

/** Each library by itself: what it exports is what a kext is lent, and what its author's compiler sees. */
const LIBRARIES: readonly (readonly [string, object])[] = [
  ['com.apple.kpi.iokit', iokit], ['com.apple.kpi.libkern', libkern], ['com.apple.kpi.mach', mach],
  ['com.apple.kpi.bsd', bsd], ['com.apple.kpi.unsupported', unsupported], ['com.apple.kpi.private', {}],
]

let made: ReadonlyMap<string, Lent> | null = null

/** The kernel's own libraries, by the bundle identifier under which kexts ask for them. */
export function kernelLibraries(): ReadonlyMap<string, Lent> {
  made ??= new Map(LIBRARIES.map(([identifier, library]) => [identifier, Object.freeze({ ...library })]))
  return made
}
