/** Fingerprints: what makes two reports of real machines the same, with the reasons. */
export { panicFingerprint } from './panicFingerprint.ts'
