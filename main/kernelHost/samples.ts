import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { KextSetFile } from '../../kernel/index.ts'
import { resourcesFolder } from './resources.ts'

const manifestSchema = z.strictObject({
  source: z.string(), dump: z.string(), kexts: z.string(), provider: z.string(),
})

const coverageSchema = z.strictObject({
  source: z.string(), lists: z.array(z.string()), kexts: z.array(z.string()),
})

/** Our own lists of a computer's devices with our own kexts. */
export interface CoverageSample {
  readonly lists: readonly { readonly name: string; readonly bytes: Uint8Array }[]
  readonly kexts: readonly KextSetFile[]
}

export function readCoverageSample(folder = resourcesFolder()): CoverageSample {
  const home = join(folder, 'samples', 'coverage')
  const manifest = coverageSchema.parse(JSON.parse(readFileSync(join(home, 'sample.json'), 'utf8')))
  return {
    lists: manifest.lists.map((name) => ({ name, bytes: new Uint8Array(readFileSync(join(home, name))) })),
    kexts: manifest.kexts.flatMap((kexts) => propertyListsIn(join(home, kexts))),
  }
}

/** Our own dump with our own kexts to try on it. */
export interface ExplainerSample {
  readonly dumpName: string
  readonly dump: Uint8Array
  readonly kexts: readonly KextSetFile[]
  /** Name with location of the provider that is worth a look. */
  readonly provider: string
}

/** The sample of the Match Explainer; the kexts that ship for running machines are among its kexts. */
export function readExplainerSample(folder = resourcesFolder()): ExplainerSample {
  const home = join(folder, 'samples', 'explainer')
  const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(home, 'sample.json'), 'utf8')))
  return {
    dumpName: manifest.dump, dump: new Uint8Array(readFileSync(join(home, manifest.dump))),
    kexts: [...propertyListsIn(join(home, manifest.kexts)), ...propertyListsIn(join(folder, 'kexts'))],
    provider: manifest.provider,
  }
}

function propertyListsIn(folder: string): KextSetFile[] {
  return readdirSync(folder).filter((name) => name.endsWith('.kext')).toSorted().map((name) => {
    const path = `${name}/Contents/Info.plist`
    return { path, bytes: new Uint8Array(readFileSync(join(folder, path))) }
  })
}
