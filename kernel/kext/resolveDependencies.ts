import type { Problem } from '../api/index.ts'
import type { KextRecord } from './KextRecord.ts'
import { kOSKextVersionInvalid, OSKextParseVersionString } from './OSKextVersion.ts'

/** Whether a library offers the version that a kext asks for. */
export function isCompatible(library: Pick<KextRecord, 'version' | 'compatibleVersion'>, wanted: string): boolean {
  if (library.compatibleVersion === null) return false
  const asked = OSKextParseVersionString(wanted)
  return asked !== kOSKextVersionInvalid && OSKextParseVersionString(library.compatibleVersion) <= asked
    && asked <= OSKextParseVersionString(library.version)
}

/**
 * The kexts that must be loaded before this one, each after its own libraries; or every fault, in the kernel's words.
 * @xnu libkern/c++/OSKext.cpp resolveDependencies — simplified: no prelinked and codeless library cases
 */
export function resolveDependencies(
  kext: KextRecord, find: (identifier: string) => KextRecord | undefined,
): { readonly order: readonly KextRecord[]; readonly problems: readonly Problem[] } {
  const order: KextRecord[] = []
  const problems: Problem[] = []
  const path: KextRecord[] = []
  const visit = (one: KextRecord): void => {
    if (order.includes(one) || one.kind === 'kernel') return
    const where = `${one.bundleIdentifier}: OSBundleLibraries`
    if (path.includes(one)) {
      problems.push({ where, message: `Kext ${one.bundleIdentifier} has a dependency loop; can't resolve dependencies.` })
      return
    }
    path.push(one)
    for (const [identifier, version] of one.libraries) {
      if (!isPermitted(one, identifier, problems)) continue
      const library = find(identifier)
      if (library === undefined) {
        problems.push({ where, message: `Kext ${one.bundleIdentifier} - library kext ${identifier} not found.`, seen: identifier })
      } else if (isCompatible(library, version)) visit(library)
      else {
        problems.push({
          where, message: `Kext ${one.bundleIdentifier} - library kext ${identifier} not compatible with requested version ${version}.`,
          seen: version, wanted: `${library.compatibleVersion ?? 'no version at all: it is no library'} to ${library.version}`,
        })
      }
    }
    path.pop()
    order.push(one)
  }
  visit(kext)
  return { order, problems }
}

function isPermitted(kext: KextRecord, library: string, problems: Problem[]): boolean {
  const where = `${kext.bundleIdentifier}: OSBundleLibraries`
  if (library === 'com.apple.kernel' || library.startsWith('com.apple.kernel.')) {
    problems.push({
      where, message: `Error - kext ${kext.bundleIdentifier} declares ${library} dependencies. Only com.apple.kpi.* dependencies are supported for 64-bit kexts.`,
    })
    return false
  }
  if (library === 'com.apple.kpi.private' && !kext.bundleIdentifier.startsWith('com.apple.')) {
    problems.push({
      where, message: `Error - kext ${kext.bundleIdentifier} declares a dependency on ${library}. Only Apple kexts may declare a dependency on ${library}.`,
    })
    return false
  }
  return true
}
