import type { LintRule } from '../../LintRule.ts'
import type { KextRecord } from '../../../../api/index.ts'
import { OSKextParseVersionString } from '../../../../kext/index.ts'
import { isVariable, type OpenCoreSubject } from '../../subjects.ts'
import { atEntry, byIdentifier, enabled } from './entries.ts'

function serves({ version, compatibleVersion }: KextRecord, wanted: string): boolean {
  if ([version, compatibleVersion, wanted].some(isVariable)) return true
  if (compatibleVersion === null || version === null) return false
  const asked = OSKextParseVersionString(wanted)
  return OSKextParseVersionString(compatibleVersion) <= asked && asked <= OSKextParseVersionString(version)
}

/** A library has the version that is asked for. */
export const dependencyIsCompatible: LintRule<OpenCoreSubject> = {
  id: 'WB305', severity: 'error',
  title: 'A library has the version that is asked for',
  why: 'A library serves versions from OSBundleCompatibleVersion to its own; others do not link.',
  fix: 'Take the version of the library that belongs to the kext.',
  check: (subject) => {
    const known = byIdentifier(subject)
    return enabled(subject).flatMap((entry) =>
      [...entry.record?.libraries ?? []].flatMap(([name, wanted]) => {
      const library = known.get(name)?.record
      if (library == null || serves(library, wanted)) return []
      const range = `${library.compatibleVersion ?? 'nothing'} to ${library.version ?? 'nothing'}`
      return [{ at: atEntry(entry),
        message: `${entry.bundlePath} wants ${name} ${wanted}; it serves ${range}.` }]
    }))
  },
}
