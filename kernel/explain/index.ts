/** Explaining: what the kernel's own code would decide, and why, for registries and reports that were only read. */
export { judgeCrash } from './crash/judgeCrash.ts'
export { explainDump, type ExplainAnswer, type ExplainRequest } from './explainDump.ts'
export { explainMachine } from './explainMachine.ts'
export { rematch } from './rematch/rematch.ts'
export { kextPersonalities } from './world/kextPersonalities.ts'
export type { PersonalityFacts } from './world/MatchWorld.ts'
export { readFile, readPanicFile, type OpenedFile } from './library/readFile.ts'
export { previewRedaction, redact } from './redaction/redact.ts'
