import type { KextRecord } from '../../api/index.ts'
import { OSKextParseVersionString } from '../../kext/index.ts'

/** Kexts of which one at most can be loaded. */
export interface NewestKexts {
  readonly kexts: readonly KextRecord[]
  readonly notes: readonly string[]
}

/**
 * Of several versions of one bundle the newest: only one of an identifier is ever loaded. Templates, whose
 * identifier is a build variable, are all kept.
 */
export function newestKexts(kexts: readonly KextRecord[]): NewestKexts {
  const newest = new Map<string, KextRecord>()
  const repeated = new Set<string>()
  for (const kext of kexts) {
    if (!isFinished(kext)) continue
    const known = newest.get(kext.bundle)
    if (known !== undefined) repeated.add(kext.bundle)
    if (known === undefined || versionOf(kext) > versionOf(known)) newest.set(kext.bundle, kext)
  }
  const taken = [...repeated].map((bundle) => `${bundle} ${newest.get(bundle)!.version ?? ''}`.trim())
  const notes = taken.length === 0 ? []
    : [`Of kexts that are there more than once the newest was taken, as one of an identifier is loaded: ${taken.join(', ')}.`]
  return { kexts: kexts.filter((kext) => !isFinished(kext) || newest.get(kext.bundle) === kext), notes }
}

function isFinished(kext: KextRecord): kext is KextRecord & { readonly bundle: string } {
  return kext.bundle !== null && !kext.buildVariables.includes(kext.bundle) && !kext.bundle.includes('$')
}

function versionOf({ version }: KextRecord): bigint {
  return OSKextParseVersionString(version ?? '')
}
