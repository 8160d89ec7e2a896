import type { RematchReport } from '../../api/index.ts'
import type { ImportedRegistry } from '../../importers/index.ts'
import type { PersonalityFacts } from '../world/MatchWorld.ts'
import { compareWithDump } from './compareWithDump.ts'
import { dumpWorld } from './DumpWorld.ts'

/**
 * Takes the drivers out of a dump, keeps everything as a provider, matches again with the kernel's own
 * catalogue, and compares. Each provider is matched for itself: what a driver publishes is there as the
 * dump shows it.
 */
export function rematch(registry: ImportedRegistry, kexts: readonly PersonalityFacts[] = []): RematchReport {
  return compareWithDump(dumpWorld(registry, kexts))
}
