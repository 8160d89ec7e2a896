/** Reports of real machines, read and judged. */
export type * from './CrashRecord.ts'
export type * from './CrashVerdict.ts'
export type * from './PanicParts.ts'
export type { PanicFacts, PanicReport } from './PanicReport.ts'
export type * from './PanicVerdict.ts'
export type * from './Library.ts'
export type * from './Symbolication.ts'
export type * from './Coverage.ts'
