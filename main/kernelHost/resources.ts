import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join, relative, sep } from 'node:path'
import { machineSchema, type KextBundleFiles, type MachineDescription } from '../../kernel/api/index.ts'

const MAX_BUNDLE_BYTES = 16 * 1024 * 1024
const MAX_BUNDLE_FILES = 2000
const SAMPLE_ENDING = '.ioreg.txt.gz'

/** The `resources` folder of this installation: beside `out/` when built, in the project when run from source. */
export function resourcesFolder(): string {
  const here = import.meta.dirname
  const candidates = [join(here, '../../resources'), join(here, '../../../resources')]
  for (const candidate of candidates) {
    try {
      if (statSync(join(candidate, 'machines')).isDirectory()) return candidate
    } catch { /* try the next place */ }
  }
  throw new Error(`the resources folder is missing: looked at ${candidates.join(' and ')}; reinstall the program`)
}

/** All machine templates, by name. */
export function readTemplates(folder = resourcesFolder()): Map<string, MachineDescription> {
  const templates = new Map<string, MachineDescription>()
  for (const file of readdirSync(join(folder, 'machines')).sort()) {
    if (!file.endsWith('.json')) continue
    const description = machineSchema.parse(JSON.parse(readFileSync(join(folder, 'machines', file), 'utf8')))
    templates.set(description.name, description)
  }
  return templates
}

/** Reads a kext bundle folder as plain data. Throws a plain sentence when it is none, too big or unreadable. */
export function readKextBundle(path: string): KextBundleFiles {
  const files: { path: string; bytes: Uint8Array }[] = []
  let total = 0
  const walk = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const full = join(folder, entry.name)
      if (entry.isDirectory()) {
        walk(full)
        continue
      }
      if (!entry.isFile()) continue
      const bytes = new Uint8Array(readFileSync(full))
      total += bytes.length
      if (total > MAX_BUNDLE_BYTES || files.length >= MAX_BUNDLE_FILES) {
        throw new Error(`${path} is too big for a kext bundle: at most ${MAX_BUNDLE_FILES} files and ${MAX_BUNDLE_BYTES} bytes are read`)
      }
      files.push({ path: relative(path, full).split(sep).join('/'), bytes })
    }
  }
  let isFolder = false
  try {
    isFolder = statSync(path).isDirectory()
  } catch {
    throw new Error(`${path} does not exist: give the path of a .kext folder`)
  }
  if (!isFolder) throw new Error(`${path} is a file: give the path of a .kext folder`)
  walk(path)
  return { name: basename(path.replace(/[\\/]+$/u, '')), files }
}

/** A registry dump that ships with the program: what our ioreg prints on the machine of that name. */
export function readSampleDump(
  name: string, folder = resourcesFolder(),
): { name: string; bytes: Uint8Array } {
  const samples = join(folder, 'samples')
  const file = readdirSync(samples).find((candidate) => candidate === `${name}${SAMPLE_ENDING}`)
  if (file === undefined) throw new Error(`There is no sample dump named ${name}.`)
  return { name: file, bytes: new Uint8Array(readFileSync(join(samples, file))) }
}

/** The sample kexts that ship with the program. */
export function readSampleKexts(folder = resourcesFolder()): KextBundleFiles[] {
  const kexts = join(folder, 'kexts')
  return readdirSync(kexts).filter((name) => name.endsWith('.kext')).sort().map((name) => readKextBundle(join(kexts, name)))
}

/** The sample reports that ship with the program, written by hand. */
export function readSampleReports(folder = resourcesFolder()): { readonly name: string; readonly bytes: Uint8Array }[] {
  const reports = join(folder, 'samples', 'reports')
  return readdirSync(reports).sort().map((name) => ({ name, bytes: new Uint8Array(readFileSync(join(reports, name))) }))
}
