/** Explaining: what the kernel's own matching would decide, and why, for registries that were only read. */
export { judgeCrash } from './crash/judgeCrash.ts'
export { rematch } from './rematch/rematch.ts'
export { kextPersonalities } from './world/kextPersonalities.ts'
export type { PersonalityFacts } from './world/MatchWorld.ts'
export { readFile, readPanicFile, type OpenedFile } from './library/readFile.ts'
export { previewRedaction, redact } from './redaction/redact.ts'
