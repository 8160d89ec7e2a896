import { basename } from 'node:path'
import { kextPersonalities, type PersonalityFacts } from '../../kernel/explain/index.ts'
import { describesKext, readKextPlist } from '../../kernel/importers/index.ts'
import type { KextRecord, KextSet, KextSetFile, Problem } from '../../kernel/index.ts'

const MAX_SETS = 64
/** Removed sets that can still be put back. */
const MAX_REMOVED = 16
const IN_BUNDLE = /\.(?:kext|dext)\/(?:Contents\/)?Info\.plist$/iu

interface HeldSet {
  readonly summary: KextSet
  readonly records: readonly KextRecord[]
}

/** Kexts that people gave, by their property lists; they live as long as the process. */
export class KextSets {
  /** Changes with the sets. */
  generation = 0
  private sets: readonly HeldSet[] = []
  private removed: readonly HeldSet[] = []
  private nextId = 1

  list(): KextSet[] {
    return this.sets.map(({ summary }) => summary)
  }

  /** Reads the property lists of a folder. Throws a plain sentence when there is no kext among them. */
  add(name: string, files: readonly KextSetFile[]): KextSet {
    if (this.sets.length >= MAX_SETS) throw new Error(`${MAX_SETS} sets of kexts are open: remove some first.`)
    const found = files.filter(({ path }) => /\.plist$/iu.test(path)).map(({ path, bytes }) => (
      { path, record: readKextPlist(bytes, { where: path }) }
    )).filter(({ path, record }) => IN_BUNDLE.test(path) || describesKext(record))
    if (found.length === 0) {
      throw new Error(`${name} holds no kext: bundles (.kext, .dext) or Info.plist files were wanted.`)
    }
    const summary: KextSet = {
      id: this.nextId++, name, problems: found.flatMap(({ path, record }) => problemsOf(path, record)),
      kexts: found.map(({ path, record }) => ({
        path, bundle: record.bundle, version: record.version, isDext: record.dext !== null,
        personalities: record.personalities.length,
      })),
    }
    this.change([...this.sets, { summary, records: found.map(({ record }) => record) }])
    return summary
  }

  remove(id: number): void {
    const gone = this.sets.filter(({ summary }) => summary.id === id)
    this.removed = [...this.removed, ...gone].slice(-MAX_REMOVED)
    this.change(this.sets.filter((set) => !gone.includes(set)))
  }

  restore(id: number): void {
    const back = this.removed.filter(({ summary }) => summary.id === id)
    this.removed = this.removed.filter((set) => !back.includes(set))
    this.change([...this.sets, ...back].toSorted((a, b) => a.summary.id - b.summary.id))
  }

  records(): KextRecord[] {
    return this.sets.flatMap(({ records }) => records)
  }

  personalities(): PersonalityFacts[] {
    return kextPersonalities(this.records())
  }

  private change(sets: readonly HeldSet[]): void {
    this.sets = sets
    this.generation++
  }
}

function problemsOf(path: string, { problems, personalities }: KextRecord): Problem[] {
  const where = basename(path) === 'Info.plist' ? path : basename(path)
  if (problems.length > 0) return problems.map((problem) => ({ ...problem, where }))
  return personalities.length > 0 ? [] : [{ where, message: 'It has no personalities: it comes to no device by matching.' }]
}
