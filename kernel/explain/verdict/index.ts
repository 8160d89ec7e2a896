/** Verdicts on reports of real machines: what happened, who may have caused it, how sure that is. */
export { explainPanic } from './explainPanic.ts'
export { judgePanic } from './judgePanic.ts'
