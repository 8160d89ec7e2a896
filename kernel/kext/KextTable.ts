import type { KextBundleFiles, Problem, Result } from '../api/index.ts'
import { decodeUtf8Lossless } from '../formats/index.ts'
import type { OSMetaClass, OSObjectClass } from '../libkern/index.ts'
import { Random } from '../sim/index.ts'
import { textSizeBytes } from './driverHooks.ts'
import { readKext } from './kextBundle.ts'
import { NOT_LOADED, type KextRecord } from './KextRecord.ts'
import { kernelLibraries } from './kpi/index.ts'

/** A kext of the boot kernel collection, as the families declare theirs. */
export interface BootKext {
  readonly CFBundleIdentifier: string
  readonly CFBundleVersion: string
  readonly OSBundleCompatibleVersion?: string
  readonly OSBundleLibraries: { readonly [identifier: string]: string }
  readonly classes: readonly OSMetaClass[]
  /** Constants and functions that kexts which name this one are lent too. */
  readonly kpi?: Readonly<Record<string, unknown>>
}

const EXTENSIONS = '/Library/Extensions'
const SYSTEM_EXTENSIONS = '/System/Library/Extensions'
const BYTES_PER_CLASS = 0x6000
const PAGE = 0x1000

/** Darwin's version of a macOS version: 14.6.1 is 23.6.0, 26.1 is 25.1.0. */
export function darwinVersion(osVersion: string): string {
  const [major = 14, minor = 0] = osVersion.split('.').map(Number)
  return `${major >= 26 ? major - 1 : major + 9}.${minor}.0`
}

/** Every kext of one world, and where the next one goes in the kernel's address space. */
export class KextTable {
  private readonly kexts = new Map<string, KextRecord>()
  private nextTag = 1
  private nextAddress: bigint

  constructor(platform: { readonly seed: number; readonly isIntel: boolean; readonly osVersion: string }) {
    const slide = BigInt(new Random(platform.seed ^ 0x6b657874).below(0x1000)) * 0x4000n
    this.nextAddress = (platform.isIntel ? 0xffff_ff7f_9700_0000n : 0xfffe_0011_0000_0000n | 0xffff_fe00_1100_0000n) + slide
    for (const [identifier, lends] of kernelLibraries()) {
      this.add({
        bundleIdentifier: identifier, version: darwinVersion(platform.osVersion), compatibleVersion: '8.0.0', libraries: new Map(),
        kind: 'kernel', path: null, allowsUserTerminate: null, lends, classes: [], bundle: null,
        loadTag: this.nextTag++, address: 0n, sizeBytes: 0, loadedAtNs: 0,
      })
    }
  }

  find(identifier: string): KextRecord | undefined {
    return this.kexts.get(identifier)
  }

  /** The bundle at a path of the machine's file system. */
  findByPath(path: string): KextRecord | undefined {
    const wanted = path.replace(/\/+$/u, '')
    return [...this.kexts.values()].find((kext) => kext.path === wanted)
  }

  all(): readonly KextRecord[] {
    return [...this.kexts.values()]
  }

  /** Adds a kext of the boot collection. */
  addBoot(kext: BootKext): KextRecord {
    return this.add({
      bundleIdentifier: kext.CFBundleIdentifier, version: kext.CFBundleVersion,
      compatibleVersion: kext.OSBundleCompatibleVersion ?? '1.0', libraries: new Map(Object.entries(kext.OSBundleLibraries)),
      kind: 'boot', path: `${SYSTEM_EXTENSIONS}/${kext.CFBundleIdentifier.split('.').at(-1)!}.kext`, allowsUserTerminate: null,
      lends: Object.freeze({ ...kext.kpi, ...lentClasses(kext.classes) }), classes: kext.classes, bundle: null,
      loadTag: NOT_LOADED, address: 0n, sizeBytes: (kext.classes.length + 1) * BYTES_PER_CLASS, loadedAtNs: 0,
    })
  }

  /** Adds a bundle of the extension folder. A loaded kext of that identifier stays as it is. */
  addBundle(files: KextBundleFiles): Result<KextRecord> {
    const read = readKext(files, decodeUtf8Lossless)
    if (!read.ok) return read
    const kext = read.value
    const known = this.kexts.get(kext.bundleIdentifier)
    if (known !== undefined && known.loadTag !== NOT_LOADED) {
      return known.kind === 'bundle' && known.version === kext.version ? { ok: true, value: known }
        : failed(files.name, `A kext with the identifier ${kext.bundleIdentifier} is loaded already (version ${known.version}).`)
    }
    return {
      ok: true, value: this.add({
        bundleIdentifier: kext.bundleIdentifier, version: kext.version, compatibleVersion: kext.compatibleVersion,
        libraries: kext.libraries, kind: 'bundle', path: `${EXTENSIONS}/${files.name}`,
        allowsUserTerminate: kext.allowsUserTerminate, lends: {},
        classes: [], bundle: { files, read: kext }, loadTag: NOT_LOADED, address: 0n,
        sizeBytes: kext.executable === null ? 0 : textSizeBytes(kext.executable.source), loadedAtNs: 0,
      }),
    }
  }

  /** Gives a kext its load tag and its place. */
  place(kext: KextRecord, nowNs: number): void {
    kext.loadTag = this.nextTag++
    kext.loadedAtNs = nowNs
    kext.address = kext.sizeBytes === 0 ? 0n : this.nextAddress
    this.nextAddress += BigInt(Math.ceil(kext.sizeBytes / PAGE) * PAGE)
  }

  private add(kext: KextRecord): KextRecord {
    this.kexts.set(kext.bundleIdentifier, kext)
    return kext
  }
}

/** The classes of a kext, by name: what other kexts may subclass and cast to. */
export function lentClasses(classes: readonly OSMetaClass[]): Readonly<Record<string, OSObjectClass>> {
  return Object.freeze(Object.fromEntries(classes.map((metaClass) => [metaClass.className, metaClass.instanceConstructor])))
}

function failed(where: string, message: string): Result<never> {
  const problems: Problem[] = [{ where, message }]
  return { ok: false, problems }
}
